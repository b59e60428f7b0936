// Tables as CSV that Excel and WPS open: with a BOM, by RFC 4180; no cell is taken for a formula.

const cell = (value) => {
  if (value === null || value === undefined) return '';
  const text = String(value), safe = typeof value === 'number' || !/^[=+\-@\t\r]/.test(text) ? text : "'" + text;
  return /[",\r\n]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
};

export const writeCsv = (rows) => '\ufeff' + rows.map((row) => row.map(cell).join(',') + '\r\n').join('');

// What a file may be called in Windows, of these parts.
export function fileName(parts, ending) {
  const name = parts.filter((part) => part).join('-')
    .replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').replace(/[\\/:*?"<>|\s]+/g, '_');
  return name.slice(0, 80).replace(/^[._]+|[._]+$/g, '') + '.' + ending;
}

// A number that is written for readers (+1,200 or 34.5%) as a table keeps it; other texts as they are.
export function plainCell(text) {
  const said = text.trim().replace(/\s+/g, ' ');
  return /^[+−]?\d{1,3}(,\d{3})*(\.\d+)?$/.test(said) ? Number(said.replace(/[+,]/g, '').replace('−', '-')) : said;
}
