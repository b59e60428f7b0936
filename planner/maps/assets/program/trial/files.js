// Scenario files: kept by the reader, and opened again.

import { fileName } from '../data/csv.js';
import { download } from '../panel/download.js';
import { hasRemarks, noRemarks, oneLine } from '../state/remarks.js';

const MOST_BYTES = 5e6; // larger files are not even read

const NOTHING = JSON.stringify([[], noRemarks()]);

export class Files {
  constructor(page) {
    this.page = page;
    this.saved = this.content; // what the reader has as a file, as a text
    // Browsers ask in their own words before what is in no file is lost.
    window.addEventListener('beforeunload', (event) => {
      if (this.content === this.saved || this.content === NOTHING) return;
      event.preventDefault();
      event.returnValue = '';
    });
    document.addEventListener('dragover', (event) => { if (this.takes(event)) { event.preventDefault(); document.body.classList.add('dropping'); } });
    document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) document.body.classList.remove('dropping'); });
    document.addEventListener('drop', (event) => {
      document.body.classList.remove('dropping');
      if (!this.takes(event)) return;
      event.preventDefault();
      const [file] = event.dataTransfer.files;
      if (file) this.open(file);
    });
  }

  get content() {
    const { edits, remarks } = this.page.state.trial;
    return JSON.stringify([edits, remarks]);
  }

  takes({ dataTransfer }) { return this.page.state.trial.ready && dataTransfer && Array.from(dataTransfer.types).includes('Files'); }

  async save() {
    const { page } = this, { trial } = page.state, name = oneLine(trial.name);
    let content;
    try { content = await page.whatIf.scenario(name); } catch (error) { page.trying.refuse(error); page.trying.render(); page.tell(error.message); return; }
    const { corrections, marks } = trial.remarks, all = { ...content, ...(corrections.length ? { corrections } : {}), ...(marks.length ? { marks } : {}) };
    if (!all.edits.length && !hasRemarks(trial.remarks)) return;
    download(fileName([name || page.words.say('view_trial'), page.data.title], 'json'), new Blob([JSON.stringify(all, null, 1) + '\n'], { type: 'application/json' }));
    this.saved = this.content;
    page.tell(page.words.say('saved'));
  }

  // What cannot be used is said in one sentence, and nothing is changed.
  async open(file) {
    const { page } = this;
    if (!page.state.trying) page.choose((state) => state.chooseView('trial'));
    if (await page.trying.openFile(await readText(file))) this.saved = this.content;
  }
}

// The text of a file. One too large is not read but stays too large; a folder, or what is not UTF-8, is a text that no file has.
async function readText(file) {
  if (file.size > MOST_BYTES) return ' '.repeat(MOST_BYTES + 1);
  try { return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()); } catch { return ''; }
}
