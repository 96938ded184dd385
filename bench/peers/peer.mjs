// One half of a measurement, in a process of its own. The task is JSON in the first argument; the parent (see
// bench/traffic.ts) talks to it over the IPC channel.
import { recordAllocations } from './allocations.mjs';
import { connectControl } from './control.mjs';
import { crowdRouter, dealers } from './crowd.mjs';
import { pub, sub } from './fan-out.mjs';
import { dealer, rep, req, router } from './requests.mjs';
import { inproc, pull, push } from './stream.mjs';

const roles = { push, pull, inproc, req, rep, dealer, router, pub, sub, crowdRouter, dealers };

const task = JSON.parse(process.argv[2]);
const control = connectControl();
if (task.heap !== undefined) control.atEnd = recordAllocations(task.heap);

// Only the library that is measured is loaded.
const library = await import(task.library === 'zeromq' ? './with-zeromq.mjs' : './with-rzmq.mjs');
library.prepare?.(task);
try {
  await roles[task.role](task, library, control);
} catch (error) {
  control.fail(error);
}
