// From the text that the page carries to the what-if columns.

import { readBytes } from '../data/unpack.js';
import { readWhatIf } from './columns.js';

/** @type {(text: string) => Promise<any>} {head, columns}; fails where the text is not whole or of another format */
export const unpackWhatIf = async (text) => readWhatIf(await readBytes(text));
