// Question and answer: REQ to REP one at a time, DEALER to ROUTER with many outstanding.
import { completion } from './control.mjs';
import { check, makeSource } from './messages.mjs';
import { Meter } from './meter.mjs';

export async function rep(task, library, control) {
  const socket = library.open('REP');
  await serve(task, library, control, socket, (frames) => socket.send(frames[0]), 0);
}

export async function router(task, library, control) {
  const socket = library.open('ROUTER');
  await serve(task, library, control, socket, (frames) => socket.send(frames), 1);
}

async function serve(task, library, control, socket, answer, bodyAt) {
  const { size } = task;
  const { bytes } = library;
  const arrived = completion(control);
  control.ready(await library.bind(socket, task.bind));
  for await (const frames of socket) {
    check(bytes(frames[bodyAt]), size, arrived.count++);
    await answer(frames);
    if (control.expected >= 0) arrived.check();
  }
}

export async function req(task, library, control) {
  const { size, warmMs, measureMs } = task;
  const { bytes, receive } = library;
  const socket = library.open('REQ');
  await socket.connect(await control.endpoint);
  const source = makeSource(size);
  const took = [];
  const start = performance.now() + warmMs;
  const end = start + measureMs;
  for (let before = 0; before < end; ) {
    const sequence = source.sequence;
    before = performance.now();
    await socket.send(source.next());
    const frames = await receive(socket);
    const after = performance.now();
    check(bytes(frames[0]), size, sequence);
    if (before >= start) took.push(after - before);
  }
  took.sort((a, b) => a - b);
  const at = (share) => took[Math.floor(took.length * share)] * 1000;
  control.result({ p50: at(0.5), p99: at(0.99), messages: took.length, seconds: measureMs / 1000 });
  control.sent(source.sequence);
}

export async function dealer(task, library, control) {
  const { size, outstanding } = task;
  const { bytes } = library;
  const socket = library.open('DEALER');
  await socket.connect(await control.endpoint);
  const source = makeSource(size);
  const meter = new Meter(task, control.result);
  for (let i = 0; i < outstanding; i++) await socket.send(source.next());
  let answers = 0;
  for await (const frames of socket) {
    check(bytes(frames[0]), size, answers++);
    meter.add();
    if (!control.stopping) await socket.send(source.next());
    else if (answers === source.sequence) break;
  }
  control.sent(source.sequence);
}
