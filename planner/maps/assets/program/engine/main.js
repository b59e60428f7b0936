// The engine as a script of its own: in a worker it listens, in the page it stands by for browsers that start no worker.

import { makeEngine } from './engine.js';
import { Host } from './host.js';

if (typeof document === 'undefined') {
  const host = new Host((told) => self.postMessage(told), makeEngine);
  self.onmessage = ({ data }) => host.ask(data);
  self.postMessage({ hello: true });
} else {
  globalThis.plannerEngine = (tell) => new Host(tell, makeEngine);
}
