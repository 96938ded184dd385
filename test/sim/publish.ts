import { type Socket, type SocketOptionsInit, SocketType } from 'rzmq';
import type { World } from './world.js';

const KINDS = [
  [SocketType.Pub, SocketType.Sub],
  [SocketType.Pub, SocketType.Sub],
  [SocketType.XPub, SocketType.Sub],
  [SocketType.Pub, SocketType.XSub],
  [SocketType.XPub, SocketType.XSub],
  [SocketType.Radio, SocketType.Dish],
] as const;

const TOPICS = ['a', 'ab', 'abc', 'b', 'c', 'a much longer topic than the others have'];

/** What a subscriber wants at the moment, and what it has heard in this life. */
interface Subscriber {
  wanted: Set<string>;
  readonly ever: Set<string>;
  readonly last: Map<string, number>;
  finals: Set<string>;
}

/**
 * Publishers number their messages; subscribers change their minds. What comes was wanted at some time, once, and in order.
 * When the trouble is over, each subscriber gets from each publisher what it wants, and nothing else.
 */
export async function publish(world: World): Promise<void> {
  const { random } = world;
  const [from, to] = random.pick(KINDS);
  const publishers = random.between(1, 2);
  const subscribers = random.between(1, 4);
  const rounds = random.between(1, 40);
  const publisherBinds = random.oneIn(2);
  const options: SocketOptionsInit = {
    sendHighWaterMark: random.pick([0, 5, 1000]),
    receiveHighWaterMark: random.pick([0, 5, 1000]),
    reconnectInterval: random.pick([1, 100]),
    linger: 0,
    ...world.heartbeats(),
  };
  const grouped = from === SocketType.Radio;
  const { trace } = world.simulation;
  trace.record(`publish ${from} ${to} ${publishers} ${subscribers} ${world.trouble} ${JSON.stringify(options)}`);
  const endpoint = (publisher: number, subscriber: number): string =>
    publisherBinds ? `tcp://pub${publisher}:5000` : `tcp://sub${subscriber}:5000`;
  for (let i = 0; i < publishers; i++) world.host(`pub${i}`);
  for (let j = 0; j < subscribers; j++) world.host(`sub${j}`);
  const all: Subscriber[] = [];
  let final = false;
  // A publisher that connects keeps what it was asked for over a reconnection, as libzmq does, also what the other side has
  // taken back meanwhile. A SUB or DISH looks at what comes; an XSUB leaves that to its user.
  const filtered = to !== SocketType.XSub || publisherBinds || world.lossless;

  for (let j = 0; j < subscribers; j++) {
    const draws = random.fork(`subscriber ${j}`);
    world.start(world.host(`sub${j}`), async ({ context, life, sleep }) => {
      const socket = context.socket(to, options) as unknown as Socket;
      const state: Subscriber = { wanted: new Set(), ever: new Set(), last: new Map(), finals: new Set() };
      all[j] = state;
      const change = async (): Promise<void> => {
        const topic = draws.pick(TOPICS);
        const add = !state.wanted.has(topic);
        trace.record(`wants ${j}.${life} ${add} ${topic}`);
        if (add) state.wanted.add(topic);
        else state.wanted.delete(topic);
        state.ever.add(topic);
        if (to === SocketType.XSub) await socket.send(Buffer.concat([Buffer.of(add ? 1 : 0), Buffer.from(topic)]));
        else if (grouped) socket[add ? 'join' : 'leave'](topic);
        else socket[add ? 'subscribe' : 'unsubscribe'](topic);
      };
      for (let n = draws.between(0, 4); n > 0; n--) await change();
      if (publisherBinds) for (let i = 0; i < publishers; i++) await socket.connect(endpoint(i, j));
      else await socket.bind(endpoint(0, j));
      const listening = (async () => {
        for await (const message of socket) {
          const topic = grouped ? message[0].group : String(message[0].data);
          const [who = '', number = '', last] = String(message.at(-1)!.data).split(' ');
          trace.record(`received ${j}.${life} ${who} ${number}`);
          world.expect(
            !filtered || matches(state.ever, topic, grouped),
            `subscriber ${j} got ${topic}, which it never wanted`,
          );
          world.expect(
            Number(number) > (state.last.get(who) ?? -1),
            `${who} ${number} came after ${state.last.get(who)}`,
          );
          state.last.set(who, Number(number));
          if (last === 'final') state.finals.add(`${who} ${topic}`);
        }
      })();
      while (!final) {
        await sleep(draws.between(10, 2000));
        if (!final) await change();
      }
      await listening;
    });
  }

  let publishFinals = false;
  const published: Set<string>[] = [];
  for (let i = 0; i < publishers; i++) {
    const draws = random.fork(`publisher ${i}`);
    world.start(world.host(`pub${i}`), async ({ context, life, sleep }) => {
      const socket = context.socket(from, options) as unknown as Socket;
      if (publisherBinds) await socket.bind(endpoint(i, 0));
      else for (let j = 0; j < subscribers; j++) await socket.connect(endpoint(i, j));
      if (from === SocketType.XPub) {
        void (async () => {
          for await (const _ of socket);
        })().catch(() => undefined);
      }
      let number = 0;
      const say = (topic: string, what: string): Promise<void> =>
        grouped
          ? socket.send(`${i}.${life} ${number++} ${what}`, { group: topic })
          : socket.send([topic, `${i}.${life} ${number++} ${what}`]);
      for (let n = 0; n < rounds; n++) {
        await say(draws.pick(TOPICS), 'news');
        await sleep(draws.between(0, 300));
      }
      while (!publishFinals) await sleep(1000);
      const finals: Set<string> = new Set();
      for (const topic of TOPICS) {
        await say(topic, 'final');
        finals.add(`${i}.${life} ${topic}`);
        await sleep(1000);
      }
      published[i] = finals;
    });
  }

  await world.misbehave(random.between(500, 10_000));
  final = true;
  await world.simulation.advance(120_000);
  publishFinals = true;
  await world.simulation.advance(120_000);
  world.expect(published.filter(Boolean).length === publishers, 'a publisher could not say its last words');
  const everything = published.flatMap((finals) => [...finals]);
  for (const [j, { wanted, finals }] of all.entries()) {
    for (const said of everything) {
      const topic = said.slice(said.indexOf(' ') + 1);
      const due = matches(wanted, topic, grouped);
      if (due === finals.has(said) || (!due && !filtered)) continue;
      const what = due ? 'has not got' : 'has got';
      world.expect(false, `subscriber ${j}, which wants ${[...wanted].join('|') || 'nothing'}, ${what} "${said}"`);
    }
  }
}

function matches(wanted: ReadonlySet<string>, topic: string, exactly: boolean): boolean {
  for (const one of wanted) if (exactly ? one === topic : topic.startsWith(one)) return true;
  return false;
}
