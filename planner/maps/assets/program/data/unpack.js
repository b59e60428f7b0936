// From the text that the page carries to its data; planner/maps/_packed_payload.py says how it is written.

import { unzlibSync } from 'fflate';

/** @type {(text: string) => Promise<any>} the data; fails where the text is not whole */
export async function unpack(text) {
  const whole = await readBytes(text);
  const start = 4 + new DataView(whole.buffer, whole.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(whole.subarray(4, start)));
  readColumns(head, whole, start);
  return head.data;
}

/** @type {(text: string) => Promise<Uint8Array>} what was compressed and written in base64 */
export const readBytes = (text) => inflate(toBytes(text.trim()));

const NOT_WHOLE = 'the data of the page are not whole';

function toBytes(text) {
  const signs = atob(text), bytes = new Uint8Array(signs.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = signs.charCodeAt(i);
  return bytes;
}

// The browser's own is twice as fast; those before Chrome 80, Firefox 113 and Safari 16.4 have none. The bytes are handed to it
// directly: a browser takes a fifth of a second to carry them out of a Blob.
async function inflate(packed) {
  if (typeof DecompressionStream === 'undefined') return unzlibSync(packed);
  const { readable, writable } = new DecompressionStream('deflate'), writer = writable.getWriter();
  // What is wrong with the bytes is told to whoever reads.
  for (const step of [writer.write(packed), writer.close()]) step.catch(() => {});
  return new Uint8Array(await new Response(readable).arrayBuffer());
}

function readColumns(head, bytes, at) {
  for (const [path, count, scale] of head.columns) {
    if (count > bytes.length - at) throw new RangeError(NOT_WHOLE);
    const values = new Array(count);
    for (let i = 0; i < count; i++) {
      let byte = bytes[at++], code = byte & 127;
      for (let bits = 7; byte > 127; bits += 7) { byte = bytes[at++]; code |= (byte & 127) << bits; }
      const whole = code & 1 ? code >>> 1 : -(code >>> 1);
      values[i] = code === 0 ? null : scale === 1 ? whole : whole / scale;
    }
    const place = path.slice(0, -1).reduce((part, key) => part[key], head.data);
    place[path[path.length - 1]] = values;
  }
  if (at !== bytes.length) throw new RangeError(NOT_WHOLE);
}
