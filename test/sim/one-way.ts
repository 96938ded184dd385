import { type Socket, type SocketOptionsInit, SocketType } from 'rzmq';
import type { World } from './world.js';

/** Pairs of types between which messages go one way, each to one receiver, and none is dropped while both live. */
const TYPES = [
  [SocketType.Push, SocketType.Pull],
  [SocketType.Push, SocketType.Pull],
  [SocketType.Dealer, SocketType.Dealer],
  [SocketType.Scatter, SocketType.Gather],
  [SocketType.Pair, SocketType.Pair],
  [SocketType.Channel, SocketType.Channel],
] as const;

/** What was received of one sender, at one receiver. */
interface Account {
  last: number;
  count: number;
}

/**
 * Senders number their messages; receivers note what comes. None comes twice, and those of one sender come in order at each
 * receiver. Without breaks all of them come; with breaks, what does not come was counted by somebody, or was in the
 * network when the connection broke.
 */
export async function oneWay(world: World): Promise<void> {
  const { random } = world;
  const [from, to] = random.pick(TYPES);
  const exclusive = from === SocketType.Pair || from === SocketType.Channel;
  const senders = exclusive ? 1 : random.between(1, 3);
  const receivers = exclusive ? 1 : random.between(1, 3);
  const scheme = random.pick(['tcp', 'tcp', 'tcp', 'tcp', 'ipc', 'inproc']);
  const oneFrame = from === SocketType.Scatter || from === SocketType.Channel;
  const count = random.between(1, 60);
  const size = random.pick([0, 0, 10, 300, 3000]);
  const options: SocketOptionsInit = {
    sendHighWaterMark: random.pick([0, 1, 2, 10, 1000]),
    receiveHighWaterMark: random.pick([0, 1, 2, 10, 1000]),
    reconnectInterval: random.pick([1, 100]),
    linger: random.pick([0, -1, 1000]),
    ...world.heartbeats(),
  };
  const receiverBinds = random.oneIn(2);
  const seen: Map<string, Account> = new Map();
  const all: Set<string> = new Set();
  const sockets: Socket[] = [];
  let sent = 0;
  const hostOf = (role: string, i: number): string => (scheme === 'tcp' ? `${role}${i}` : 'here');
  const endpoint = (i: number): string => {
    const name = receiverBinds ? `to${i}` : `from${i}`;
    return scheme === 'tcp' ? `tcp://${name}:5000` : `${scheme}://${scheme === 'ipc' ? '/run/' : ''}${name}`;
  };
  world.simulation.trace.record(
    `one way ${from} ${to} ${scheme} ${senders} ${receivers} ${world.trouble} ${JSON.stringify(options)}`,
  );
  // All names are known before anybody asks for one.
  for (let i = 0; i < receivers; i++) world.host(hostOf('to', i));
  for (let i = 0; i < senders; i++) world.host(hostOf('from', i));

  for (let j = 0; j < receivers; j++) {
    const slow = random.oneIn(4);
    const draws = random.fork(`receiver ${j}`);
    world.start(world.host(hostOf('to', j)), async ({ context, life, sleep }) => {
      const socket = context.socket(to, options) as unknown as Socket;
      sockets.push(socket);
      if (receiverBinds) await socket.bind(endpoint(j));
      else for (let i = 0; i < senders; i++) await socket.connect(endpoint(i));
      for await (const message of socket) {
        if (slow) await sleep(draws.between(0, 50));
        const [who = '', number = ''] = String(message[0].data).split(' ');
        const id = `${who} ${number}`;
        world.simulation.trace.record(`received ${j}.${life} ${id}`);
        world.expect(!all.has(id), `${id} was received twice`);
        all.add(id);
        // What was received on a connection that is lost is read in turn with what comes on the next one.
        const key = `${j}.${life} ${who} ${message[0].metadata?.address}`;
        const account = seen.get(key) ?? { last: -1, count: 0 };
        world.expect(Number(number) > account.last, `${id} came to receiver ${j} after ${account.last}`);
        account.last = Number(number);
        account.count++;
        seen.set(key, account);
        world.expect(message.length === (oneFrame ? 1 : 2), `${id} has ${message.length} frames`);
        world.expect(message.at(-1)!.data.length >= size, `${id} was cut off`);
      }
    });
  }

  // By sender, not by process: one that is killed does not say that it is done.
  const sending: Set<number> = new Set(Array.from({ length: senders }, (_, i) => i));
  for (let i = 0; i < senders; i++) {
    const draws = random.fork(`sender ${i}`);
    world.start(world.host(hostOf('from', i)), async ({ context, life, sleep }) => {
      const socket = context.socket(from, options) as unknown as Socket;
      sockets.push(socket);
      if (!receiverBinds) await socket.bind(endpoint(i));
      else for (let j = 0; j < receivers; j++) await socket.connect(endpoint(j));
      for (let n = 0; n < count; n++) {
        const head = `${i}.${life} ${n} `;
        await socket.send(oneFrame ? head + '.'.repeat(size) : [head, '.'.repeat(size)]);
        sent++;
        if (draws.oneIn(3)) await sleep(draws.between(0, 200));
      }
      sending.delete(i);
    });
  }

  await world.misbehave(random.between(500, 10_000));
  const quiet = await world.eventually(() => sending.size === 0, 600_000);
  world.expect(quiet, `${sending.size} senders still wait for somebody to send to, ten minutes after the last trouble`);
  if (world.lossless) {
    const complete = await world.eventually(() => all.size === sent, 600_000);
    world.expect(complete, `${all.size} of ${sent} messages have come, and nothing may be lost`);
    world.expect(
      world.dropped(sockets) === 0,
      `the sockets say that they have lost ${world.dropped(sockets)} messages`,
    );
  } else {
    let before = -1;
    while (before !== all.size) {
      before = all.size;
      await world.simulation.advance(120_000);
    }
    const { lostBytes, brokenEnds } = world.simulation.network;
    const smallest = 6 + size;
    const excused = world.dropped(sockets) + Math.ceil(lostBytes / smallest) + brokenEnds;
    const lost = sent - all.size;
    if (world.deaths === 0)
      world.expect(lost <= excused, `${lost} messages were lost, and ${excused} at most can be explained`);
  }
}
