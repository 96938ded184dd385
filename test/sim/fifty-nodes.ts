import { type Socket, SocketType } from 'rzmq';
import { World } from './world.js';

const HOUR_MS = 3_600_000;
const SERVERS = 9;
const CLIENTS = 40;
const HEARTBEAT = { heartbeatInterval: 15_000, heartbeatTimeout: 30_000 };

/** What the time of fifty nodes comes to. */
export interface Hour {
  readonly hash: string;
  /** How many lines the trace has. */
  readonly lines: number;
  readonly answers: number;
  readonly news: number;
  readonly reports: number;
  readonly deaths: number;
}

/**
 * One hub that publishes news and collects reports, nine servers, and forty clients that listen, report and ask, for an
 * hour (or `ms` milliseconds) of virtual time in which connections break, links are cut and machines crash and come back.
 */
export async function fiftyNodes(seed: number, ms: number = HOUR_MS): Promise<Hour> {
  const world = new World(seed, 'deaths');
  const { simulation, random } = world;
  simulation.network.setConditions({ latency: 10, jitter: 5, bandwidth: 10_000_000, window: 65_536 });
  const counts = { answers: 0, news: 0, reports: 0 };
  const hub = world.host('hub');
  for (let i = 0; i < SERVERS; i++) world.host(`server${i}`);

  world.start(hub, async ({ context, sleep }) => {
    const pub = context.socket(SocketType.Pub, HEARTBEAT);
    await pub.bind('tcp://*:6000');
    for (let n = 0; ; n++) {
      await pub.send([`topic ${n % 5}`, `news ${n}`]);
      await sleep(5000);
    }
  });
  world.start(hub, async ({ context }) => {
    const pull = context.socket(SocketType.Pull, HEARTBEAT);
    await pull.bind('tcp://*:6001');
    for await (const _ of pull) counts.reports++;
  });
  for (let i = 0; i < SERVERS; i++) {
    world.start(world.host(`server${i}`), async ({ context }) => {
      const rep = context.socket(SocketType.Rep, HEARTBEAT) as unknown as Socket;
      await rep.bind('tcp://*:6002');
      for await (const message of rep) await rep.send(message);
    });
  }
  for (let i = 0; i < CLIENTS; i++) {
    const draws = random.fork(`client ${i}`);
    const host = world.host(`client${i}`);
    world.start(host, async ({ context }) => {
      const sub = context.socket(SocketType.Sub, HEARTBEAT);
      sub.subscribe(`topic ${i % 5}`);
      await sub.connect('tcp://hub:6000');
      for await (const _ of sub) counts.news++;
    });
    world.start(host, async ({ context, sleep }) => {
      const push = context.socket(SocketType.Push, { ...HEARTBEAT, sendTimeout: 1000 });
      await push.connect('tcp://hub:6001');
      for (let n = 0; ; n++) {
        await push.send(`report ${i} ${n}`).catch(unlessLate);
        await sleep(draws.between(15_000, 30_000));
      }
    });
    world.start(host, async ({ context, sleep }) => {
      const req = context.socket(SocketType.Req, {
        ...HEARTBEAT,
        relaxed: true,
        correlate: true,
        sendTimeout: 2000,
        receiveTimeout: 2000,
      });
      await req.connect(`tcp://server${i % SERVERS}:6002`);
      await req.connect(`tcp://server${(i + 4) % SERVERS}:6002`);
      for (let n = 0; ; n++) {
        const question = `${i} ${n}`;
        const answer = await req.send(question).then(() => req.recv().catch(unlessLate), unlessLate);
        if (answer !== undefined) {
          world.expect(String(answer) === question, `${question} was answered by ${String(answer)}`);
          counts.answers++;
        }
        await sleep(draws.between(5000, 15_000));
      }
    });
  }
  await simulation.run(
    async () => {
      await world.misbehave(ms, 60_000);
      await world.end();
    },
    { limit: 2 * ms },
  );
  if (world.problems.length > 0) throw new Error(`${world.problems.slice(0, 5).join('\n')} [seed ${seed}]`);
  return { hash: simulation.trace.hash, lines: simulation.trace.length, ...counts, deaths: world.deaths };
}

function unlessLate(error: unknown): undefined {
  if ((error as { errno?: string }).errno !== 'EAGAIN') throw error;
  return undefined;
}
