/** Whole lives of Contexts, round after round, with everything that a socket can go through: what does a round leave? */
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context, SocketType } from 'rzmq';
import { growthPerRound, leftovers, processListeners, report, turns, until } from '../../support/child-tools.mjs';

const PAIRS = [
  [SocketType.Pull, SocketType.Push],
  [SocketType.Sub, SocketType.Pub],
  [SocketType.XSub, SocketType.XPub],
  [SocketType.Rep, SocketType.Req],
  [SocketType.Router, SocketType.Dealer],
  [SocketType.Pair, SocketType.Pair],
];
const quiet = () => {};

function endpoints(round) {
  return ['tcp://127.0.0.1:*', `ipc://${join(tmpdir(), `rzmq-${process.pid}-${round}`)}`, `inproc://${round}`];
}

/** One conversation of each pattern; some messages are never read, some operations given up. */
async function talk(context, endpoint) {
  for (const [binding, connecting] of PAIRS) {
    const receiver = context.socket(binding);
    const sender = context.socket(connecting);
    sender.events.on('event', quiet);
    receiver.monitor();
    await receiver.bind(endpoint);
    if (binding === SocketType.Sub) receiver.subscribe('topic');
    if (binding === SocketType.XSub) await receiver.send('\x01topic');
    await sender.connect(receiver.lastEndpoint);
    if (connecting === SocketType.XPub) await sender.recv();
    // A PUB sends to nobody before the subscription has come.
    if (connecting === SocketType.Pub) await until(() => sender.options.topicsCount === 1);
    await sender.send(['topic', 'x'.repeat(1000)]);
    await receiver.recvMultipart();
    const giveUp = new AbortController();
    const vain = receiver.recv({ signal: giveUp.signal }).catch(quiet);
    giveUp.abort();
    await vain;
    if (connecting !== SocketType.Req) for (let n = 0; n < 20; n++) await sender.send(['topic', `${n}`]);
    await receiver.unbind(receiver.lastEndpoint);
    await receiver.close();
    await sender.close();
  }
}

/** Peers that are refused, are cut off, or are not there. */
async function fail(context) {
  const router = context.socket(SocketType.Router);
  await router.bind('tcp://127.0.0.1:*');
  const port = Number(router.lastEndpoint.split(':').at(-1));
  const ended = [...'garbage'].map(
    (text) =>
      new Promise((resolve) => {
        const raw = connect(port, '127.0.0.1', () => raw.write(`${text}!`)).resume();
        raw.on('error', quiet).on('close', resolve);
      }),
  );
  const silent = createServer((peer) => peer.on('error', quiet).resume()).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const dealer = context.socket(SocketType.Dealer, { reconnectInterval: 1 });
  await dealer.connect(`tcp://127.0.0.1:${silent.address().port}`);
  await dealer.connect('tcp://127.0.0.1:1');
  await dealer.connect('inproc://nobody');
  await dealer.send('to nobody');
  for (const bad of ['tcp://127.0.0.1', 'what://a', 'tcp://256.0.0.1:1']) await dealer.bind(bad).catch(quiet);
  await router.bind(router.lastEndpoint).catch(quiet);
  await turns(5);
  await Promise.all(ended);
  silent.close();
  await Promise.all([dealer.close(), dealer.close(), router.close()]);
}

const before = processListeners();
let round = 0;
const growth = await growthPerRound(
  async () => {
    round++;
    const context = new Context({ defaults: { linger: 0, receiveTimeout: 60_000 } });
    for (const endpoint of endpoints(round)) await talk(context, endpoint);
    await fail(context);
    for (let n = 0; n < 50; n++) context.socket(SocketType.Pair);
    await context.term();
  },
  { warmUp: 12, rounds: 6 },
);
report({ rounds: round, growth, left: await leftovers(), before, after: processListeners() });
