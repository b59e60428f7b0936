// The page's engine as it is shipped, under Node: questions in, answers out, as JSON.
//
// In: {script: path of engine.js, text: packed columns, calls: [[name, ...values]]}. Out: for each call {result} or {fault}; typed arrays
// as lists, in which -1 stands for Infinity.

import { readFileSync } from 'node:fs';

const given = JSON.parse(readFileSync(0, 'utf8')), open = new Map();
globalThis.self = { postMessage: (told) => { if (!told.hello) open.get(told.id)(told); } };
(0, eval)(readFileSync(given.script, 'utf8'));
const ask = (id, name, values) => new Promise((done) => { open.set(id, done); globalThis.self.onmessage({ data: { id, name, values } }); });
const found = [];
await ask(0, 'start', [given.text]);
for (const [n, [name, ...values]] of given.calls.entries()) {
  const { result, fault, error } = await ask(n + 1, name, values);
  if (error) throw new Error(error);
  found.push(fault ? { fault } : { result });
}
const plain = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value, (one) => (one === Infinity ? -1 : one)) : value);
process.stdout.write(JSON.stringify(found, plain), () => process.exit(0));
