// Runs before the code under test: freezes what tests are made of, and starts a test, which makes node start its
// reporters. The first one to call the reporter is node, and a second call does nothing.
import assert from 'node:assert';
import test, { mock } from 'node:test';
import { started } from './node_report.mjs';

const faces = [assert, assert.strict, assert.AssertionError, assert.AssertionError.prototype, test, mock];
for (const face of faces) Object.freeze(face);
test(process.env.CAB_CONTROL, () => { throw new Error('a control test'); });
delete process.env.CAB_CONTROL;
await started;
