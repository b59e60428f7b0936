// Puts the scripts, styles and data of a packed page in again, in their order; planner/maps/_packed_page.py packs them.

import { unzlibSync } from 'fflate';

const signs = atob(document.getElementById('planner-packed').textContent), bytes = new Uint8Array(signs.length);
for (let i = 0; i < bytes.length; i++) bytes[i] = signs.charCodeAt(i);
for (const [tag, attributes, text] of JSON.parse(new TextDecoder().decode(unzlibSync(bytes)))) {
  const element = document.createElement(tag);
  for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name]);
  element.textContent = text;
  document.head.append(element);
}
