import { type ISocket, type Socket, type SocketOptionsInit, SocketType, type ZmqError } from 'rzmq';
import type { World } from './world.js';

/** Who asks, who answers, and whether what is asked may only be answered by the very same question. */
const KINDS = [
  { asks: SocketType.Req, answers: SocketType.Rep },
  { asks: SocketType.Req, answers: SocketType.Rep },
  { asks: SocketType.Req, answers: SocketType.Router },
  { asks: SocketType.Dealer, answers: SocketType.Rep },
  { asks: SocketType.Dealer, answers: SocketType.Router },
  { asks: SocketType.Client, answers: SocketType.Server },
] as const;

/**
 * Clients ask, and ask again when no answer comes in time. Whatever happens, in the end each of them has all its answers: a
 * REQ with RELAXED and CORRELATE is never stuck, and is never given the answer to another question.
 */
export async function requests(world: World): Promise<void> {
  const { random } = world;
  const { asks, answers } = random.pick(KINDS);
  const clients = random.between(1, 4);
  const servers = random.between(1, 2);
  const count = random.between(1, 25);
  const size = random.pick([0, 20, 2000]);
  const scheme = random.pick(['tcp', 'tcp', 'tcp', 'ipc', 'inproc']);
  const patience = random.pick([5000, 10_000, 20_000]);
  const options: SocketOptionsInit = {
    sendHighWaterMark: random.pick([1, 10, 1000]),
    receiveHighWaterMark: random.pick([1, 10, 1000]),
    reconnectInterval: random.pick([1, 100]),
    linger: 0,
    ...world.heartbeats(),
  };
  const asking: SocketOptionsInit = {
    ...options,
    sendTimeout: patience,
    receiveTimeout: patience,
    ...(asks === SocketType.Req ? { relaxed: true, correlate: true } : {}),
  };
  const hostOf = (role: string, i: number): string => (scheme === 'tcp' ? `${role}${i}` : 'here');
  const endpoint = (i: number): string =>
    scheme === 'tcp' ? `tcp://server${i}:5000` : `${scheme}://${scheme === 'ipc' ? '/run/' : ''}server${i}`;
  const { trace } = world.simulation;
  trace.record(
    `requests ${asks} ${answers} ${scheme} ${clients} ${servers} ${world.trouble} ${JSON.stringify(asking)}`,
  );
  for (let i = 0; i < servers; i++) world.host(hostOf('server', i));

  for (let i = 0; i < servers; i++) {
    const draws = random.fork(`server ${i}`);
    const slow = random.oneIn(3);
    world.start(world.host(hostOf('server', i)), async ({ context, sleep }) => {
      const socket = context.socket(answers, options) as unknown as Socket;
      await socket.bind(endpoint(i));
      for await (const message of socket) {
        if (slow) await sleep(draws.between(0, patience / (clients * 2)));
        // A client that is gone cannot be answered.
        if (answers !== SocketType.Server) await socket.send(message);
        else await socket.send(message[0]).catch(unlessUnreachable);
      }
    });
  }

  const waiting: Map<number, number> = new Map();
  for (let i = 0; i < clients; i++) {
    waiting.set(i, 0);
    world.start(world.host(hostOf('client', i)), async ({ context, life }) => {
      const socket = context.socket(asks, asking) as unknown as Socket;
      for (let j = 0; j < servers; j++) await socket.connect(endpoint(j));
      for (let n = 0; n < count; n++) {
        waiting.set(i, n);
        for (let attempt = 0; ; attempt++) {
          const question = `${i}.${life} ${n} ${attempt} ${'.'.repeat(size)}`;
          const answer = await ask(socket, asks, question);
          trace.record(`answered ${i}.${life} ${n} ${attempt} ${answer === undefined ? 'no' : 'yes'}`);
          if (answer === undefined) continue;
          if (asks === SocketType.Req) world.expect(answer === question, `${question} was answered by ${answer}`);
          if (answer.startsWith(`${i}.${life} ${n} `)) break;
          world.expect(answer.startsWith(`${i}.${life} `), `client ${i}.${life} got ${answer}`);
        }
      }
      waiting.delete(i);
    });
  }

  await world.misbehave(random.between(500, 15_000));
  const done = await world.eventually(() => waiting.size === 0, 3_600_000);
  world.expect(
    done,
    `stuck an hour after the last trouble: ${[...waiting].map(([i, n]) => `client ${i} at ${n}`).join()}`,
  );
}

/** Asks once; no answer is no answer in time. */
async function ask(socket: ISocket, type: string, question: string): Promise<string | undefined> {
  try {
    await socket.send(type === SocketType.Dealer ? ['', question] : question);
    const answer = await socket.recvMultipart();
    return String(answer.at(-1)!.data);
  } catch (error) {
    if ((error as ZmqError).errno === 'EAGAIN') return undefined;
    throw error;
  }
}

function unlessUnreachable(error: ZmqError): void {
  if (error.code !== 'HostUnreachable') throw error;
}
