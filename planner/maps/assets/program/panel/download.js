// Hands a file made by the page to the reader.

import { make } from './elements.js';

export function download(name, blob) {
  const url = URL.createObjectURL(blob), link = make('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000); // some browsers read it only after a while
}
