import { expected, type FrameSpec, toBytes } from './content.mjs';
import { isUnreachable, type PeerSocket } from './peer.js';

/** A message: its frames. The seed makes each message of a conversation another one. */
export type MakeMessage = (seed: number) => readonly FrameSpec[];

/** Runs one pattern over two connected sockets, and throws where it goes wrong. */
export type Conversation = (a: PeerSocket, b: PeerSocket, make: MakeMessage, step: Step) => Promise<void>;

/** Waits, and keeps what for, so that a timeout can name it. */
export type Step = <T>(what: string, promise: Promise<T>) => Promise<T>;

/** When something that only time can bring about is tried again. */
const RETRY_MS = 5;
/** It becomes more seldom: what is tried piles up before a peer whose process stands still, and is received one by one. */
const RETRY_MOST_MS = 200;

/** PUSH to PULL: in order, and everything. */
export const pipeline: Conversation = async (push, pull, make, step) => {
  for (const seed of [1, 2, 3]) await step(`${push.type} sends`, push.send(make(seed)));
  for (const seed of [1, 2, 3]) await receives(pull, make(seed), step);
};

/** PAIR and DEALER to DEALER: both ways at the same time. */
export const duplex: Conversation = async (a, b, make, step) => {
  for (const seed of [1, 2]) {
    await step('both send', Promise.all([a.send(make(seed)), b.send(make(seed + 10))]));
    await receives(b, make(seed), step);
    await receives(a, make(seed + 10), step);
  }
};

/**
 * Question and answer, where an envelope is what a side puts before the body: REQ and REP hide the empty delimiter,
 * DEALER and ROUTER show it, and ROUTER shows the peer's id before that.
 */
function dialogue(asking: readonly FrameSpec[], answering: readonly FrameSpec[]): Conversation {
  return async (client, server, make, step) => {
    for (const seed of [1, 2]) {
      await step(`${client.type} asks`, client.send([...asking, ...make(seed)]));
      const question = await step(`${server.type} receives`, server.recv());
      const id = server.type === 'ROUTER' ? question.splice(0, 1).map((hex) => ({ hex })) : [];
      same(server, question, [...answering, ...make(seed)]);
      await step(`${server.type} answers`, server.send([...id, ...answering, ...make(seed + 10)]));
      await receives(client, [...asking, ...make(seed + 10)], step);
    }
  };
}

export const reqRep: Conversation = dialogue([], []);
export const reqRouter: Conversation = dialogue([], ['']);
export const dealerRep: Conversation = dialogue([''], []);
export const dealerRouter: Conversation = dialogue([], []);

/** What ROUTER to ROUTER needs: names, and an error instead of silence while the other name is not known yet. */
export const namedRouters = [
  { routingId: 'router-a', mandatory: true },
  { routingId: 'router-b', mandatory: true },
] as const;

export const routerRouter: Conversation = async (a, b, make, step) => {
  const [idA, idB] = namedRouters.map(({ routingId }) => routingId) as [string, string];
  await step(`a route to ${idB}`, sendWhenReachable(a, [idB, ...make(1)]));
  await receives(b, [idA, ...make(1)], step);
  await step('the answer', b.send([idA, ...make(11)]));
  await receives(a, [idB, ...make(11)], step);
};

/**
 * PUB and XPUB to SUB and XSUB: a subscription lets messages through, its end stops them, XPUB is told of both, and
 * what an XSUB sends up reaches an XPUB.
 */
export const pubSub: Conversation = async (pub, sub, make, step) => {
  // Of the generated messages these two have the same first byte.
  const seeds = [1, 27];
  const topic = { hex: toBytes(make(1)[0]!).subarray(0, 1).toString('hex') };
  await settled(pub, sub, true, topic, 'one:', step);
  for (const seed of seeds) await step(`${pub.type} publishes`, pub.send(make(seed)));
  for (const seed of seeds) await receives(sub, make(seed), step);

  await settled(pub, sub, false, topic, 'two:', step);
  await step(`${pub.type} publishes what nobody wants`, pub.send(make(1)));
  await step(`${pub.type} publishes the end`, pub.send(['two:end']));
  await receives(sub, ['two:end'], step);

  if (pub.type === 'XPUB' && sub.type === 'XSUB') {
    await step('XSUB sends up', sub.send(make(2)));
    await receives(pub, make(2), step);
  }
};

/**
 * Adds or removes a subscription and returns when it is in effect at the publisher. An XPUB is told. A PUB cannot be
 * asked, so a second subscription, made after the change, is tried until it works.
 */
async function settled(
  pub: PeerSocket,
  sub: PeerSocket,
  add: boolean,
  topic: FrameSpec,
  marker: string,
  step: Step,
): Promise<void> {
  await step(`${sub.type} ${add ? 'subscribes' : 'unsubscribes'}`, changeSubscription(sub, add, topic));
  await step(`${sub.type} subscribes to the marker`, changeSubscription(sub, true, marker));
  // libzmq passes its subscriptions to a new peer only while the application is in a call, so it must be waiting.
  let next = quiet(sub.recv());
  if (pub.type === 'XPUB') {
    await receives(pub, [notification(add, topic)], step);
    await receives(pub, [notification(true, marker)], step);
  } else {
    await step(`the subscription to arrive at ${pub.type}`, publishUntil(pub, `${marker}try`, next));
  }
  await step(`${pub.type} publishes the marker`, pub.send([`${marker}go`]));
  const tried = expected(`${marker}try`);
  let message = await step(`${sub.type} receives the marker`, next);
  while (message[0] === tried) {
    next = sub.recv();
    message = await step(`${sub.type} receives the marker`, next);
  }
  same(sub, message, [`${marker}go`]);
}

async function changeSubscription(sub: PeerSocket, add: boolean, topic: FrameSpec): Promise<void> {
  if (sub.type === 'XSUB') await sub.send([notification(add, topic)]);
  else if (add) await sub.subscribe(topic);
  else await sub.unsubscribe(topic);
}

/** The message that stands for a subscription, or for its end, at XSUB and XPUB. */
export function notification(add: boolean, topic: FrameSpec): FrameSpec {
  return { hex: `${add ? '01' : '00'}${toBytes(topic).toString('hex')}` };
}

async function publishUntil(pub: PeerSocket, text: string, arrived: Promise<unknown>): Promise<void> {
  let done = false;
  const stop = () => {
    done = true;
  };
  const end = arrived.then(stop, stop);
  for (let wait = RETRY_MS; !done; wait = Math.min(2 * wait, RETRY_MOST_MS)) {
    await pub.send([text]);
    await Promise.race([end, pause(wait)]);
  }
  await arrived;
}

async function sendWhenReachable(router: PeerSocket, frames: readonly FrameSpec[]): Promise<void> {
  for (;;) {
    try {
      await router.send(frames);
      return;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      await pause(RETRY_MS);
    }
  }
}

/** Receives a message that must be this one. */
export async function receives(socket: PeerSocket, frames: readonly FrameSpec[], step: Step): Promise<void> {
  same(socket, await step(`${socket.type} receives`, socket.recv()), frames);
}

function same(socket: PeerSocket, got: readonly string[], frames: readonly FrameSpec[]): void {
  const received = JSON.stringify(got);
  const wanted = JSON.stringify(frames.map(expected));
  if (received !== wanted) throw new Error(`${socket.type} received ${received} instead of ${wanted}`);
}

/** A promise that is awaited later: its failure counts then, not as unhandled meanwhile. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
