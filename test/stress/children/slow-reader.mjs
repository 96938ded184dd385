/** A sender that is much faster than a reader that never reads: what is taken, what is lost, and what memory it costs. */
import { connect } from 'node:net';
import { Context, SocketType } from 'rzmq';
import { engine, leftovers, memory, report, turns, until } from '../../support/child-tools.mjs';
import { frame, greeting, ready } from '../../support/raw-zmtp.mjs';

const [scenario, size = '10000'] = process.argv.slice(2);
const HWM = 100;
const ATTEMPTS = 50_000;
/** Turns without any progress after which nothing moves any more. */
const STANDSTILL = 200;
const payload = () => Buffer.alloc(Number(size), 'x');

const context = new Context({ defaults: { ...engine, linger: 0, sendHighWaterMark: HWM, receiveHighWaterMark: HWM } });

/** Goes on until `attempts` are over, or nothing was taken for long. */
async function flood(send) {
  let taken = 0;
  let idle = 0;
  for (let n = 0; n < ATTEMPTS && idle < STANDSTILL; n++) {
    if (send()) {
      taken++;
      idle = 0;
    } else {
      idle++;
      await turns(1);
    }
  }
  return taken;
}

const portOf = (socket) => Number(socket.lastEndpoint.split(':').at(-1));

/** A peer that speaks well and then stops to read for good. */
async function deadPeer(port, type, ...more) {
  const raw = connect(port, '127.0.0.1');
  raw.on('error', () => {});
  raw.write(Buffer.concat([greeting, ready(type), ...more]));
  await new Promise((resolve) => raw.once('data', resolve));
  raw.pause();
  return raw;
}

async function pushToIdlePull() {
  const pull = context.socket(SocketType.Pull);
  const push = context.socket(SocketType.Push);
  await pull.bind('tcp://127.0.0.1:*');
  await push.connect(pull.lastEndpoint);
  await until(() => push.stats().peers === 1);
  const before = await memory();
  const taken = await flood(() => push.trySend(payload()));
  const used = (await memory()) - before;
  // And it was not dead: everything comes out again.
  let received = 0;
  while (received < taken) received += (await pull.recvMany(1000)).length;
  return { taken, received, used, dropped: push.stats().dropped };
}

async function inprocPush() {
  const pull = context.socket(SocketType.Pull);
  const push = context.socket(SocketType.Push);
  await pull.bind('inproc://a');
  await push.connect('inproc://a');
  await until(() => push.stats().peers === 1);
  const before = await memory();
  const taken = await flood(() => push.trySend(payload()));
  const used = (await memory()) - before;
  let received = 0;
  while (received < taken) received += (await pull.recvMany(1000)).length;
  return { taken, received, used, dropped: push.stats().dropped };
}

async function pubToDeadSub() {
  const pub = context.socket(SocketType.Pub);
  await pub.bind('tcp://127.0.0.1:*');
  const raw = await deadPeer(portOf(pub), 'SUB', frame('\x01'));
  await until(() => pub.options.topicsCount === 1);
  const before = await memory();
  let taken = 0;
  for (; taken < ATTEMPTS; taken++) await pub.send(payload());
  const used = (await memory()) - before;
  raw.destroy();
  return { taken, used, dropped: pub.stats().dropped };
}

async function routerToDeadDealer() {
  const router = context.socket(SocketType.Router);
  await router.bind('tcp://127.0.0.1:*');
  const raw = await deadPeer(portOf(router), 'DEALER', frame('hello'));
  const [id] = await router.recvMultipart();
  const before = await memory();
  let taken = 0;
  for (; taken < ATTEMPTS; taken++) await router.send([id, payload()]);
  const used = (await memory()) - before;
  raw.destroy();
  return { taken, used, dropped: router.stats().dropped };
}

async function floodToIdlePull() {
  const pull = context.socket(SocketType.Pull);
  await pull.bind('tcp://127.0.0.1:*');
  const raw = await deadPeer(portOf(pull), 'PUSH');
  const bytes = frame(payload());
  const before = await memory();
  // Node keeps what the kernel does not take, so no more is written before that is gone.
  const taken = await flood(() => {
    if (raw.writableLength > 0) return false;
    raw.write(bytes);
    return true;
  });
  const used = (await memory()) - before;
  let received = 0;
  while (received < taken) received += (await pull.recvMany(1000)).length;
  raw.destroy();
  return { taken, received, used, dropped: pull.stats().dropped };
}

const scenarios = { pushToIdlePull, inprocPush, pubToDeadSub, routerToDeadDealer, floodToIdlePull };
const result = await scenarios[scenario]();
await context.term();
report({ ...result, left: await leftovers() });
