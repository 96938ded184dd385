/**
 * A process that has nothing but a slot of the ring to live for, and more to be told than fits into one call: the slot says again and
 * again that it has paused, and then it ends. Says what it heard. The first argument is how it ends:
 * closed. lost: with the ring, which somebody else closes. within: the ring is lost while the process is being told.
 */
import { closeSync, readdirSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  COMMAND_COUNT,
  COMMANDS_MAX,
  CONTROL_SIZE,
  Command,
  EVENTS_MAX,
  Event,
} from '../../../dist/engines/uring/addon.js';
import { report, turns } from '../../support/child-tools.mjs';

const [mode] = process.argv.slice(2);
const crowd = mode === 'within' ? 1 : 16 * EVENTS_MAX;
const addon = createRequire(import.meta.url)('../../../native/index.cjs');
const names = { [Event.PAUSED]: 'paused', [Event.LOST]: 'lost', [Event.CLOSED]: 'closed' };
const heard = { paused: 0, lost: 0, closed: 0 };
const sizes = { entries: 8, bufferCount: 8, bufferSize: 1024, sendSize: 65_536, spin: 0 };
const client = addon.open(sizes, (count, place) => {
  for (let i = 0; i < count; i++) heard[names[shared[CONTROL_SIZE + (COMMANDS_MAX + place * EVENTS_MAX + i) * 4]]]++;
  if (mode !== 'within' || heard.paused === 0 || closing) return;
  loseRing();
  close();
});
const shared = new Int32Array(client.shared);
const slot = client.listen({ host: '127.0.0.1', port: 0, backlog: 1, settings: [], device: '' });
let closing = false;

function command(kind) {
  shared.set([kind, slot, 0, 0], CONTROL_SIZE);
  shared[COMMAND_COUNT] = 1;
}

function close() {
  closing = true;
  command(Command.CLOSE);
}

function loseRing() {
  const isRing = (fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes('io_uring');
    } catch {
      return false;
    }
  };
  closeSync(Number(readdirSync('/proc/self/fd').find(isRing)));
}

// The event loop has to know the ring before it is taken away.
await turns(3);
for (let i = 0; i < crowd; i++) {
  command(Command.PAUSE);
  client.flush();
}
if (mode === 'lost') loseRing();
if (mode !== 'within') close();
process.once('exit', () => report({ ...heard, paused: heard.paused === crowd }));
