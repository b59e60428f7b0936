// Puts the scripts, styles and data of a packed page in again, in their order; planner/maps/_packed_page.py packs them.

import { unpackLzma } from './opening/lzma.js';
import { readSigns } from './opening/signs.js';

const packed = document.getElementById('planner-packed');
const bytes = unpackLzma(readSigns(packed.textContent), Number(packed.getAttribute('data-size')));
let at = 0;
const take = (length) => bytes.subarray(at, (at += length));
const takeText = (length) => new TextDecoder().decode(take(length));

// What is in base64 in other pages stands here as it is.
function takeBase64(length) {
  const content = take(length);
  let signs = '';
  for (let from = 0; from < length; from += 8192) signs += String.fromCharCode(...content.subarray(from, from + 8192));
  return btoa(signs);
}

for (const [tag, attributes, length, isData] of JSON.parse(takeText(new DataView(take(4).slice().buffer).getUint32(0)))) {
  const element = document.createElement(tag);
  for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name]);
  element.textContent = isData ? takeBase64(length) : takeText(length);
  document.head.append(element);
}
