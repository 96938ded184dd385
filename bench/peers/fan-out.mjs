// PUB to SUB. A publisher drops what a slow subscriber cannot take, so the subscribers say how far they are and the
// publisher stays within a window: nothing may be lost, and each message is checked at each subscriber.
import { completion } from './control.mjs';
import { check, makeSource, receiving, sending } from './messages.mjs';
import { Meter } from './meter.mjs';

/**
 * Messages on their way to the slowest subscriber, of both marks. Below half of them, because libzmq hears only after every
 * half of a mark how far the other end of a queue is, and takes it for full meanwhile.
 */
const WINDOW = 0.45;
/** How many times a window is acknowledged, so that the publisher need not wait for the next one. */
const ACKNOWLEDGEMENTS = 9;
/** Sent until the subscriptions have arrived: CONNECTED is the first of each subscriber, READY its last. */
const CONNECTED = 'connected';
const READY = 'ready';
/** How long a subscription takes to be heard of, or less. */
const RETRY_MS = 5;
/**
 * Subscriptions are messages too: those above the mark (1000) libzmq drops, and what they ask for would be missed. It goes on
 * counting those that are gone while nobody receives, so subscribing and receiving go side by side.
 */
const TOPICS_AT_ONCE = 500;

export async function pub(task, library, control) {
  const socket = library.open('PUB', sending(task));
  const progress = library.open('PULL');
  const endpoints = [await library.bind(socket, task.bind), await library.bind(progress, task.bind)];
  let acknowledged = -1;
  let wake = () => {};
  const listening = (async () => {
    for await (const frames of progress) {
      acknowledged = library.bytes(frames[0]).readUInt32LE(0);
      wake();
    }
  })();
  listening.catch(control.fail);
  control.ready(endpoints);

  // Until all subscriptions have arrived, which the first acknowledgement says.
  while (acknowledged < 0) {
    await socket.send(CONNECTED);
    await socket.send(READY);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  const source = makeSource(task, topicsOf(task));
  const window = task.hwm * WINDOW;
  while (!control.stopping) {
    if (source.sequence - acknowledged < window) await socket.send(source.next());
    else
      await new Promise((resolve) => {
        wake = resolve;
      });
  }
  control.sent(source.sequence * task.subscribers);
}

export async function sub(task, library, control) {
  const { size, subscribers } = task;
  const { bytes } = library;
  const [endpoint, progressEndpoint] = await control.endpoint;
  const progress = library.open('PUSH');
  await progress.connect(progressEndpoint);
  const topics = topicsOf(task);
  const at = topics[0].length;
  const meter = new Meter(task, control.result);
  const arrived = completion(control);
  const received = new Array(subscribers).fill(0);
  const step = Math.floor((task.hwm * WINDOW) / ACKNOWLEDGEMENTS);
  let waiting = subscribers;
  let acknowledged = 0;

  const acknowledge = async () => {
    const least = Math.min(...received);
    if (least < acknowledged) return;
    acknowledged = least + step;
    const message = Buffer.alloc(4);
    message.writeUInt32LE(least);
    await progress.send(message);
  };

  const follow = async (index) => {
    const socket = library.open('SUB', receiving(task));
    await socket.connect(endpoint);
    await socket.subscribe(at === 0 ? '' : CONNECTED);
    let subscribing = at === 0;
    let ready = false;
    for await (const frames of socket) {
      const data = bytes(frames[0]);
      if (data.length === CONNECTED.length) {
        if (!subscribing) subscribe(socket, topics).catch(control.fail);
        subscribing = true;
        continue;
      }
      if (data.length === READY.length) {
        if (!ready && --waiting === 0) await acknowledge();
        ready = true;
        continue;
      }
      check(data, size, received[index]++, at);
      arrived.count++;
      meter.add();
      if (received[index] % step === 0) await acknowledge();
      if (control.expected >= 0) arrived.check();
    }
  };
  await Promise.all(received.map((_count, index) => follow(index)));
}

async function subscribe(socket, topics) {
  // In the order of their numbers, which is not the order of the messages.
  const sorted = topics.toSorted();
  for (let i = 0; i < sorted.length; i += TOPICS_AT_ONCE) {
    await socket.subscribe(...sorted.slice(i, i + TOPICS_AT_ONCE));
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  await socket.subscribe(READY);
}

/** This step has no divisor in common with 10,000, so that the topics come in an order without a pattern. */
const STEP = 7_919;

function topicsOf({ prefixes }) {
  if (prefixes === undefined) return [''];
  return Array.from({ length: prefixes }, (_none, i) => `prices/${String((i * STEP) % prefixes).padStart(5, '0')}/`);
}
