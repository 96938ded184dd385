// PUSH to PULL: one direction, as fast as it goes.
import { completion } from './control.mjs';
import { check, makeSource } from './messages.mjs';
import { Meter } from './meter.mjs';

export async function pull(task, library, control) {
  const socket = library.open('PULL');
  const receiving = receive(task, library, control, socket);
  control.ready(await library.bind(socket, task.bind));
  await receiving;
}

export async function push(task, library, control) {
  const socket = library.open('PUSH');
  await socket.connect(await control.endpoint);
  await send(task, library, control, socket);
}

/** Both ends in one process and one context. */
export async function inproc(task, library, control) {
  const to = library.open('PULL');
  const from = library.open('PUSH');
  await library.bind(to, task.bind);
  await from.connect(task.bind);
  await Promise.all([receive(task, library, control, to), send(task, library, control, from)]);
}

async function receive(task, library, control, socket) {
  const { size } = task;
  const { bytes } = library;
  const meter = new Meter(task, control.result);
  const arrived = completion(control);
  const take = (data) => {
    check(data, size, arrived.count++);
    meter.add();
    if (control.expected >= 0) arrived.check();
  };
  if (task.fast) await library.receiveFast(socket, take);
  else for await (const frames of socket) take(bytes(frames[0]));
}

async function send(task, library, control, socket) {
  const source = makeSource(task.size);
  if (task.fast) await library.sendFast(socket, source.next, control);
  else while (!control.stopping) await socket.send(source.next());
  control.sent(source.sequence);
}
