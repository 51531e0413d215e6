import assert from 'node:assert';
import test, { describe, it } from 'node:test';
import { add, double } from '../src/adder.mjs';

test('small', () => assert.strictEqual(add(1, 2), 3));

describe('more', () => {
  it('large', async () => assert.deepStrictEqual([add(40, 2)], [42]));
  it('doubles', () => assert.ok(double(4) === 8));
});
