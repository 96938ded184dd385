/** Makes sockets that are not to keep the process alive, and falls off its end. What it reports says who did what. */
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context, SocketType } from 'rzmq';
import { report, until } from '../../support/child-tools.mjs';

const [scenario, endpoint = 'tcp://127.0.0.1:*'] = process.argv.slice(2);
const ANYWHERE = endpoint === 'ipc' ? `ipc://${join(tmpdir(), `rzmq-unref-${process.pid}`)}` : endpoint;
const context = new Context({ defaults: { heartbeatInterval: 60_000, handshakeInterval: 60_000 } });
const [push, pull] = [context.socket(SocketType.Push), context.socket(SocketType.Pull)];

/** Says so if something still keeps the process alive for a while. */
function whileAlive(then) {
  setTimeout(then, 30).unref();
}

async function vacant() {
  const other = context.socket(SocketType.Pull);
  const address = await other.bind(ANYWHERE);
  await other.close();
  return address;
}

const scenarios = {
  async bound() {
    await pull.bind(ANYWHERE);
    pull.unref();
  },
  async before() {
    push.unref();
    pull.unref();
    await push.connect(await pull.bind(ANYWHERE));
    await push.ready();
  },
  async connected() {
    await push.connect(await pull.bind(ANYWHERE));
    await push.ready();
    await pull.waitForPeers(1);
    await push.send('x');
    await pull.recv();
    context.unref();
  },
  async retrying() {
    push.options.reconnectInterval = 60_000;
    await push.connect(await vacant());
    await until(() => retries > 0);
    push.unref();
  },
  /** While the connection is being made, and its time limit runs. */
  async connecting() {
    push.options.connectTimeout = 60_000;
    await push.connect(await pull.bind(ANYWHERE));
    context.unref();
  },
  async handshaking() {
    const mute = createServer().listen(0, '127.0.0.1').unref();
    await until(() => mute.address() !== null);
    mute.on('connection', (raw) => raw.unref());
    await push.connect(`tcp://127.0.0.1:${mute.address().port}`);
    await new Promise((resolve) => push.events.once('connect', resolve));
    push.unref();
  },
  async waiting() {
    context.unref();
    await pull.bind(ANYWHERE);
    pull.options.receiveTimeout = 60_000;
    push.options.sendTimeout = 60_000;
    void pull.recv();
    void push.send('nobody');
    void pull.waitForPeers(1, { timeout: 60_000 });
  },
  async later() {
    context.unref();
    await context.socket(SocketType.Rep).bind(ANYWHERE);
  },
  /** Back again: it has to stay alive, and close by itself. */
  async ref() {
    context.unref();
    await push.connect(await pull.bind(ANYWHERE));
    await push.ready();
    context.ref();
    whileAlive(() => {
      report('alive');
      void context.term();
    });
  },
  async refOne() {
    await pull.bind(ANYWHERE);
    pull.unref();
    pull.ref();
    whileAlive(() => {
      report('alive');
      void pull.close();
    });
  },
  /** Who closes waits for it. */
  async close() {
    push.unref();
    await push.connect(await vacant());
    await push.send('x');
    clearInterval(setUp);
    const { sent, dropped } = await push.close({ deadline: 30 });
    report([sent, dropped]);
  },
};

// Until the scenario is set up, this does; `whileAlive` counts from then on.
const setUp = setInterval(() => {}, 1000);
let retries = 0;
push.events.on('connect:retry', () => retries++);
await scenarios[scenario]();
clearInterval(setUp);
if (!['ref', 'refOne', 'close'].includes(scenario)) report('over');
