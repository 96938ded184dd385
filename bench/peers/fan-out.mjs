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
/** How long a subscription takes to be heard of, or less. */
const RETRY_MS = 5;
/**
 * Subscriptions are messages too, and libzmq drops those above the mark (1000): what they ask for would be missed. It hears
 * only after every 500 that they are gone. So they are made in steps, each of which waits until the last one was heard of.
 */
const TOPICS_AT_ONCE = 400;

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
  const steps = stepsOf(topicsOf(task));
  while (acknowledged < 0) {
    for (const { name } of steps) await socket.send(name);
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
  const steps = stepsOf(topics);
  const meter = new Meter(task, control.result);
  const arrived = completion(control);
  const received = new Array(subscribers).fill(0);
  const every = Math.floor((task.hwm * WINDOW) / ACKNOWLEDGEMENTS);
  let waiting = subscribers;
  let acknowledged = 0;

  const acknowledge = async () => {
    const least = Math.min(...received);
    if (least < acknowledged) return;
    acknowledged = least + every;
    const message = Buffer.alloc(4);
    message.writeUInt32LE(least);
    await progress.send(message);
  };

  const follow = async (index) => {
    const socket = library.open('SUB', receiving(task));
    await socket.connect(endpoint);
    await socket.subscribe(...steps[0].topics);
    let made = 0;
    for await (const frames of socket) {
      const data = bytes(frames[0]);
      if (data.length === steps[0].name.length) {
        if (data.toString() !== steps[made]?.name) continue;
        if (++made < steps.length) await socket.subscribe(...steps[made].topics);
        else if (--waiting === 0) await acknowledge();
        continue;
      }
      check(data, size, received[index]++, at);
      arrived.count++;
      meter.add();
      if (received[index] % every === 0) await acknowledge();
      if (control.expected >= 0) arrived.check();
    }
  };
  await Promise.all(received.map((_count, index) => follow(index)));
}

/** Its last topic is the name of a step: who hears of it has been heard of. Everything is heard of without. */
function stepsOf(topics) {
  const nameOf = (i) => `step ${String(i).padStart(3, '0')}`;
  if (topics[0] === '') return [{ name: nameOf(0), topics }];
  // In the order of their numbers, which is not the order of the messages.
  const sorted = topics.toSorted();
  return Array.from({ length: Math.ceil(sorted.length / TOPICS_AT_ONCE) }, (_none, i) => ({
    name: nameOf(i),
    topics: [...sorted.slice(i * TOPICS_AT_ONCE, (i + 1) * TOPICS_AT_ONCE), nameOf(i)],
  }));
}

/** This distance has no divisor in common with 10,000, so that the topics come in an order without a pattern. */
const DISTANCE = 7_919;

function topicsOf({ prefixes }) {
  if (prefixes === undefined) return [''];
  return Array.from(
    { length: prefixes },
    (_none, i) => `prices/${String((i * DISTANCE) % prefixes).padStart(5, '0')}/`,
  );
}
