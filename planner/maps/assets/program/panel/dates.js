// Dates in the reader's language.

export function dateWords(date, words) {
  const match = /^(\d{4})-(\d{2})(?:-(\d{2}))?/.exec(date || '');
  if (!match) return date || '';
  const [, year, month, day] = match;
  if (words.language === 'zh') return year + '年' + Number(month) + '月' + (day ? Number(day) + '日' : '');
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { year: 'numeric', month: 'long', day: day ? 'numeric' : undefined, timeZone: 'UTC' };
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day || 1))).toLocaleDateString('en-GB', options);
}
