// Every property of every class: who has it, whether it can be read and set, what it is first, and what a value makes of it.
import { drafts, zmq } from './package.mjs';

process.removeAllListeners('warning');

/** Values to set, by property; the others are numbers. */
const VALUES = {
  affinity: [3, -1],
  rate: [500, 0],
  linger: [0, -5, 1.7, Number.NaN, 'x'],
  sendBufferSize: [5000, -2],
  multicastHops: [2, 0],
  maxMessageSize: [2 ** 40, -1],
  tcpKeepalive: [1, 2],
  tcpAcceptFilter: ['10.0.0.0/8', 'x', null, 5],
  plainUsername: ['name', 5, 'x'.repeat(256)],
  plainPassword: ['password'],
  curvePublicKey: ['x', null],
  curveSecretKey: ['x', Buffer.alloc(5)],
  curveServerKey: ['x', null, 5],
  zapDomain: ['domain', '', null],
  socksProxy: ['127.0.0.1:1', null],
  interface: ['eth0', null],
  routingId: ['name', '', null, Buffer.from('bytes'), 'x'.repeat(256)],
  welcomeMessage: ['welcome', null, 5],
  heartbeatTimeToLive: [150, -1],
  heartbeatTimeout: [100, -1],
  verbosity: ['allSubs', 'allSubsUnsubs', null, 'nonsense'],
};
const FLAGS = [true, 1, null];
const NUMBERS = [7, -2, 'x', null];
const NO_VALUE = new Set(['events', 'context']);

const described = ({ name, code }) => [name, code].filter((part) => part !== undefined).join(' ');
function tried(call) {
  try {
    return call() ?? null;
  } catch (error) {
    return described(error);
  }
}

function accessors(prototype) {
  if (prototype === Object.prototype || prototype === null) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(
    ([, { value }]) => value === undefined,
  );
  return [...own, ...accessors(Object.getPrototypeOf(prototype))];
}

const seen = {};
for (const [name, each] of Object.entries({ ...zmq, ...drafts() })) {
  const isSocket = typeof each === 'function' && each.prototype instanceof zmq.Socket;
  if (!isSocket || name === 'Datagram') continue;
  const socket = new each();
  seen[name] = {};
  for (const [property, { get, set }] of accessors(each.prototype)) {
    if (NO_VALUE.has(property)) continue;
    const first = tried(() => socket[property]);
    const flags =
      typeof first === 'boolean' || ['conflate', 'noDrop', 'manual', 'notify', 'probeRouter'].includes(property);
    const isFlag = flags || ['correlate', 'relaxed', 'handover', 'mandatory'].includes(property);
    const values = VALUES[property] ?? (isFlag ? FLAGS : NUMBERS);
    const outcomes =
      set === undefined
        ? []
        : values.map((value) => [
            tried(() => {
              socket[property] = value;
            }),
            tried(() => socket[property]),
          ]);
    seen[name][property] = { get: get !== undefined, set: set !== undefined, first, outcomes };
  }
}
process.stdout.write(JSON.stringify(seen), () => process.exit(0));
