// A gate opened to everybody, or a path added: the streets after it.

import { Fault } from './faults.js';

// {network, name, xy, notes}.
export function changeStreets(streets, edit, area) {
  void streets; void area;
  throw new Fault('engine', {}, edit);
}
