// Puts the page's program into one file, in words that browsers of 2020 understand:
// `node build.mjs` writes it, `node build.mjs --check` tells whether the one there is of today.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { addFlexGaps } from './flex_gaps.mjs';

const assets = new URL('../../planner/maps/assets/', import.meta.url);
// The oldest browsers in offices and in the chat apps of phones.
const target = ['chrome86', 'firefox91', 'safari14'];

// Its licence asks for this line wherever it is copied to.
const LICENCE = '/* with fflate, Copyright (c) 2023 Arjun Barrett, MIT licence */';

async function bundle(from, to, options, finish = (text) => text) {
  const made = await build({ entryPoints: [fileURLToPath(new URL(from, assets))], bundle: true, minify: true, target,
    // esbuild holds Safari 14 to know none of it, for a fault in rare forms that are not used here.
    supported: { destructuring: true }, logLimit: 5,
    // What is not the project's own; its sources lie elsewhere, so they would look beside themselves.
    nodePaths: [fileURLToPath(new URL('node_modules', import.meta.url))],
    charset: 'utf8', legalComments: 'none', write: false, ...options });
  const text = finish(made.outputFiles[0].text), place = new URL(to, assets);
  if (!process.argv.includes('--check')) { writeFileSync(place, text); return true; }
  return readFileSync(place, 'utf8') === text;
}

const same = [
  await bundle('program/page.js', 'page.js', { format: 'iife', banner: { js: LICENCE } }),
  await bundle('program/opener.js', 'opener.js', { format: 'iife', banner: { js: LICENCE } }),
  await bundle('program/engine/main.js', 'engine.js', { format: 'iife', banner: { js: LICENCE } }),
  await bundle('program/page.css', 'page.css', {}, addFlexGaps),
];
if (same.includes(false)) {
  console.error('planner/maps/assets is not what its sources make: run `make page`');
  process.exit(1);
}
