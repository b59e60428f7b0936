// Texts and numbers in the reader's language.

import { owns } from './values.js';

// Nothing stands between 万 and what is counted: 34.5万人, but 4,120 人.
export const closeUp = (text) => text.replace(/万 (?=[人名处])/g, '万');

// Made once: that is what takes long in toLocaleString.
const WHOLE = new Intl.NumberFormat('en-US');

export class Words {
  constructor(texts, language) { this.texts = texts; this.language = language; }
  get other() { return this.language === 'zh' ? 'en' : 'zh'; }
  get locale() { return this.language === 'zh' ? 'zh-CN' : 'en-GB'; }
  // What stands between the parts of a list: names, facts on one line, clauses, sentences.
  get betweenNames() { return this.language === 'zh' ? '、' : ', '; }
  get betweenFacts() { return this.language === 'zh' ? ' · ' : ', '; }
  get betweenClauses() { return this.language === 'zh' ? '，' : ', '; }
  get betweenSentences() { return this.language === 'zh' ? '；' : '; '; }
  get fullStop() { return this.language === 'zh' ? '。' : '.'; }
  has(key) { return owns(this.texts[this.language], key); }

  // The text of a key, its names not yet filled in: KEY_one where a count is 1 and the language says that differently.
  form(key, values = {}) {
    const single = [values.sites, values.gaps, values.count, values.units, values.value].map(String).includes('1');
    const form = single && this.has(key + '_one') ? key + '_one' : key;
    return this.has(form) ? this.texts[this.language][form] : key;
  }

  say(key, values) {
    const text = this.form(key, values);
    if (!values) return text;
    return closeUp(text.replace(/\{(\w+)\}/g, (whole, name) => (owns(values, name) ? values[name] : whole)));
  }

  // A word of the data (a cause, a level) in the page's language where the page has it, else as it stands.
  term(group, word) {
    if (word === null || word === undefined || word === '') return this.say(group + '_');
    return this.has(group + '_' + word) ? this.say(group + '_' + word) : String(word);
  }

  number(value) { return WHOLE.format(Math.round(value)); }

  people(value) {
    // Rounded to about three digits above a thousand: the data are not more exact.
    if (value === null || value === undefined) return '–';
    if (value >= 9995) {
      if (this.language === 'zh') return this.say('ten_thousand', { number: (value / 10000).toFixed(1) });
      return this.number(Math.round(value / 1000) * 1000);
    }
    return this.number(value >= 1000 ? Math.round(value / 10) * 10 : value);
  }

  persons(value) { return this.say('unit_people', { people: this.people(value) }); }
  // 100 % only where it is everybody, 0 % only where it is nobody.
  share(value) {
    if (value > 0 && value < 0.0005) return '<0.1%';
    return ((value < 1 ? Math.min(value, 0.999) : value) * 100).toFixed(1) + '%';
  }

  // A share that misses its target must not be rounded up to it.
  shareBeside(value, target) {
    const misses = target && value < target && Number((value * 100).toFixed(1)) >= target * 100;
    return this.share(misses ? Math.floor(value * 1000) / 1000 : value);
  }

  target(value) { return String(Math.round(value * 1000) / 10) + '%'; }

  minutes(value, cutoff) {
    // Whole minutes; what lies just over the cutoff must not read as if it were within.
    const whole = Math.round(value);
    const key = value > cutoff && whole <= cutoff ? 'minutes_over' : 'minutes_value';
    return this.say(key, { minutes: whole });
  }

  metres(value) {
    const step = value >= 100 ? 10 : 1;
    return this.number(Math.round(value / step) * step);
  }
}
