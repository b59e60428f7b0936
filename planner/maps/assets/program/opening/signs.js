// Bytes written in 91 printable signs, two for 13 or 14 bits: text grows by 23 %, where base64 makes it grow by 33 %.
// planner/maps/_dense_text.py writes them.

const FIRST = 33, LEFT_OUT = [34, 60, 92], BASE = 91; // all that can be printed but '"', '<' and '\'
const SHORT = 88; // a pair whose lower 13 bits are no more than this holds one bit more

/** @type {(text: string) => Uint8Array} what was written, and at most one byte of 0 after it */
export function readSigns(text) {
  const value = new Uint8Array(128), bytes = new Uint8Array(text.length);
  for (let code = FIRST, n = 0; n < BASE; code++) if (!LEFT_OUT.includes(code)) value[code] = n++;
  let at = 0, held = 0, bits = 0;
  for (let i = 0; i + 1 < text.length; i += 2) {
    const pair = value[text.charCodeAt(i)] + BASE * value[text.charCodeAt(i + 1)];
    held |= pair << bits;
    bits += (pair & 8191) > SHORT ? 13 : 14;
    for (; bits > 7; bits -= 8) { bytes[at++] = held & 255; held >>>= 8; }
  }
  return bytes.subarray(0, at);
}
