// Programs of versions 4 and 5, on `zeromq/v5-compat` and `rzmq/compat/v5`: what they print has to be the same.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const zmq = require(process.env.ZMQ_PACKAGE === 'zeromq' ? 'zeromq/v5-compat' : 'rzmq/compat/v5');
process.removeAllListeners('warning');

const say = (...words) => console.log(...words);
const heard = (socket, event) => new Promise((resolve) => socket.once(event, (...words) => resolve(words)));
const bound = (socket, address) =>
  new Promise((resolve, reject) => socket.bind(address, (error) => (error ? reject(error) : resolve())));
const problem = ({ name, code, errno, address }) => [name, code, errno, address.replace(/\d+$/, '')].join(' ');
const attempt = (call) => {
  try {
    return call();
  } catch (error) {
    return `throws ${error.code ?? error.name}`;
  }
};

// The program of the README.
const pub = zmq.socket('pub');
const sub = zmq.socket('sub');
sub.subscribe('');
await new Promise((resolve, reject) => {
  pub.bind('tcp://127.0.0.1:*', (error) => {
    if (error) return reject(error);
    sub.connect(pub.last_endpoint);
    const again = setInterval(() => pub.send('message'), 5);
    sub.once('message', (message) => {
      clearInterval(again);
      say('sub heard', String(message));
      resolve();
    });
  });
});
pub.close();
sub.close();
say(pub.closed, sub.closed);

// Requests, with callbacks and several frames.
const [req, rep] = [zmq.createSocket('req'), zmq.createSocket('rep', { linger: 0 })];
await bound(rep, 'inproc://v5');
req.connect('inproc://v5');
rep.on('message', (...frames) => rep.send(['got', ...frames.map(String)]));
req.send('first', zmq.ZMQ_SNDMORE);
req.send(['second', Buffer.from('third')], 0, (error) => say('sent', error));
say((await heard(req, 'message')).map(String));

// Pausing, unbinding, monitors, errors.
const [push, pull] = [zmq.socket('push', { linger: 0 }), zmq.socket('pull')];
pull.monitor();
const listening = heard(pull, 'listen');
await bound(pull, 'tcp://127.0.0.1:*');
const address = pull.last_endpoint;
say((await listening)[1] === address, pull.getsockopt(zmq.ZMQ_LAST_ENDPOINT) === address);
push.connect(address);
push.send('1');
say(String(await heard(pull, 'message')));
pull.pause();
push.send('2').send('3');
await new Promise((resolve) => setTimeout(resolve, 20));
const seen = [];
pull.on('message', (message) => seen.push(String(message)));
pull.resume();
push.send('4');
while (seen.length < 3) await heard(pull, 'message');
say(seen);
const other = zmq.socket('pull');
other.bind(address);
say(problem((await heard(other, 'error'))[0]));
await new Promise((resolve) => {
  other.bind(address, (error) => resolve(say('callback', problem(error))));
});
pull.unbind(address);
say((await heard(pull, 'unbind'))[0] === address);
// There, a monitor that waits for its next event is an error then.
pull.on('error', () => {});
pull.unmonitor();

// Options.
const dealer = zmq.socket('xreq', { identity: 'name', linger: 5 });
say(dealer.identity, dealer.linger, dealer.type, dealer.mechanism, dealer.plain_server, dealer._ioevents);
say(dealer.setsockopt('linger', 7) === dealer, dealer.getsockopt(zmq.ZMQ_LINGER), dealer.getsockopt('linger'));
for (const name of [
  'ZMQ_AFFINITY',
  'ZMQ_IDENTITY',
  'ZMQ_RATE',
  'ZMQ_RECOVERY_IVL',
  'ZMQ_SNDBUF',
  'ZMQ_RCVBUF',
  'ZMQ_EVENTS',
  'ZMQ_TYPE',
  'ZMQ_LINGER',
  'ZMQ_RECONNECT_IVL',
  'ZMQ_BACKLOG',
  'ZMQ_RECONNECT_IVL_MAX',
  'ZMQ_MAXMSGSIZE',
  'ZMQ_SNDHWM',
  'ZMQ_RCVHWM',
  'ZMQ_RCVTIMEO',
  'ZMQ_SNDTIMEO',
  'ZMQ_IPV4ONLY',
  'ZMQ_TCP_KEEPALIVE',
  'ZMQ_TCP_KEEPALIVE_IDLE',
  'ZMQ_DELAY_ATTACH_ON_CONNECT',
  'ZMQ_IPV6',
  'ZMQ_MECHANISM',
  'ZMQ_PLAIN_SERVER',
  'ZMQ_PLAIN_USERNAME',
  'ZMQ_CURVE_SERVER',
  'ZMQ_ZAP_DOMAIN',
  'ZMQ_HEARTBEAT_IVL',
  'ZMQ_FD',
]) {
  say(
    name,
    attempt(() => dealer.getsockopt(zmq[name])),
  );
}
dealer.setsockopt(zmq.ZMQ_IPV4ONLY, 0);
dealer.setsockopt(zmq.ZMQ_SNDHWM, 3);
dealer.setsockopt('identity', Buffer.from('other'));
dealer.setsockopt(zmq.ZMQ_DELAY_ATTACH_ON_CONNECT, 1);
say(
  dealer.getsockopt(zmq.ZMQ_IPV6),
  dealer.getsockopt(zmq.ZMQ_SNDHWM),
  dealer.identity,
  dealer.getsockopt(zmq.ZMQ_DELAY_ATTACH_ON_CONNECT),
);
for (const call of [
  () => dealer.setsockopt(12345, 1),
  () => dealer.getsockopt(12345),
  () => dealer.read(),
  () => dealer.subscribe('x'),
  () => zmq.socket('nonsense'),
  () => new zmq.Context(),
  () => dealer.connect('nonsense'),
  () => zmq.proxy(dealer, dealer),
]) {
  say(attempt(call));
}
zmq.Context.setMaxSockets(2000);
zmq.Context.setMaxThreads(2);
say(
  zmq.Context.getMaxSockets(),
  zmq.Context.getMaxThreads(),
  zmq.curveKeypair().public.length,
  zmq.curveKeypair().secret.length,
);

say(
  JSON.stringify(
    Object.keys(zmq)
      .filter((name) => !['default', '__esModule'].includes(name))
      .sort(),
  ),
);
say(
  JSON.stringify(
    Object.entries(zmq)
      .filter(([, value]) => typeof value === 'number')
      .sort(),
  ),
  JSON.stringify(zmq.options),
);
process.exit(0);
