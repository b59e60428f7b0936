// Scenario files: kept by the reader, and opened again.

import { fileName } from '../data/csv.js';
import { download } from '../panel/download.js';
import { hasRemarks } from '../state/remarks.js';

const MOST_BYTES = 5e6; // larger files are not even read

export class Files {
  constructor(page) {
    this.page = page;
    document.addEventListener('dragover', (event) => { if (this.takes(event)) { event.preventDefault(); document.body.classList.add('dropping'); } });
    document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) document.body.classList.remove('dropping'); });
    document.addEventListener('drop', (event) => {
      document.body.classList.remove('dropping');
      if (!this.takes(event)) return;
      event.preventDefault();
      this.open(event.dataTransfer.files[0]);
    });
  }

  takes({ dataTransfer }) { return this.page.state.trial.ready && dataTransfer && Array.from(dataTransfer.types).includes('Files'); }

  async save() {
    const { page } = this, { trial } = page.state, name = trial.name.trim(), content = await page.whatIf.scenario(name);
    const { corrections, marks } = trial.remarks, all = { ...content, ...(corrections.length ? { corrections } : {}), ...(marks.length ? { marks } : {}) };
    if (!all.edits.length && !hasRemarks(trial.remarks)) return;
    download(fileName([name || page.words.say('view_trial'), page.data.title], 'json'), new Blob([JSON.stringify(all, null, 1) + '\n'], { type: 'application/json' }));
    page.tell(page.words.say('saved'));
  }

  // What cannot be used is said in one sentence, and nothing is changed.
  async open(file) {
    const { page } = this, { trial } = page.state;
    if (!page.state.trying) page.choose((state) => state.chooseView('trial'));
    const text = file.size > MOST_BYTES ? ' '.repeat(MOST_BYTES + 1) : await file.text();
    await page.trying.change(async () => {
      const said = await page.whatIf.openFile(text);
      trial.name = said.name; trial.remarks = { corrections: said.corrections || [], marks: said.marks || [] };
      return said;
    });
  }
}
