// One half of a measurement, in a process of its own. The task is JSON in the first argument; the parent (see
// bench/pair.ts) talks to it over the IPC channel.
import { connectControl } from './control.mjs';
import { pub, sub } from './fan-out.mjs';
import { dealer, rep, req, router } from './requests.mjs';
import { inproc, pull, push } from './stream.mjs';

const roles = { push, pull, inproc, req, rep, dealer, router, pub, sub };

const task = JSON.parse(process.argv[2]);
const control = connectControl();

// Only the library that is measured is loaded.
const library = await import(task.library === 'rzmq' ? './with-rzmq.mjs' : './with-zeromq.mjs');
try {
  await roles[task.role](task, library, control);
} catch (error) {
  control.fail(error);
}
