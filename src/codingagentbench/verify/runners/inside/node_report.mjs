// Reports what node:test says of each test. The nonce lives in this module's scope, where no other module can reach
// it; node_preload.mjs sees to it that node itself is the one that calls `report`.
import fs from 'node:fs';

const nonce = fs.readFileSync(3, 'latin1').trim();
fs.closeSync(3);
const { writeSync } = fs;
const ESCAPES = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const DETAIL_CHARS = 2000;

function send(...fields) {
  const line = [nonce, ...fields]
    .map((field) => String(field).slice(0, DETAIL_CHARS).replace(/[\\\t\n\r]/g, (found) => ESCAPES[found]))
    .join('\t');
  writeSync(4, `${line}\n`);
}

function statusOf(event) {
  const { data, type } = event;
  if (data.skip !== undefined || data.todo !== undefined) return 'skip';
  return type === 'test:pass' ? 'pass' : 'fail';
}

let start;
export const started = new Promise((resolve) => { start = resolve; });
let used = false;

export default async function* report(events) {
  if (used) return; // a second caller is not node
  used = true;
  start();
  const names = [];
  let count = 0;
  for await (const event of events) {
    const { data } = event;
    if (event.type === 'test:start') {
      names.length = data.nesting;
      names[data.nesting] = data.name;
    } else if (event.type === 'test:pass' || event.type === 'test:fail') {
      const path = names.slice(0, data.nesting).concat(data.name).join(' > ');
      if (data.details?.type === 'suite') continue;
      const error = data.details?.error;
      count += 1;
      send('case', path, statusOf(event), (data.details?.duration_ms ?? 0) / 1000, error?.cause?.message ?? error?.message ?? '');
    }
  }
  send('end', count);
}
