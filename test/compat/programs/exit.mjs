// What keeps a process alive, and what does not: node exit.mjs ROLE ENDPOINT. A timer that is unref'd only has its turn while
// something else does.
import { zmq } from './package.mjs';

const [role, endpoint] = process.argv.slice(2);
const say = (...words) => console.log(...words);
const whileAlive = (action) => setTimeout(action, 100).unref();
const code = (promise) => promise.catch((error) => say(error.code));

const roles = {
  idle: () => new zmq.Dealer(),
  bound: () => new zmq.Pull().bind('tcp://127.0.0.1:*'),
  connected: () => new zmq.Push().connect('tcp://127.0.0.1:1'),
  async receiving() {
    const pull = new zmq.Pull();
    whileAlive(() => pull.close());
    await code(pull.receive());
  },
  'out of turn': async () => {
    const request = new zmq.Request();
    whileAlive(() => request.close());
    await code(request.receive());
  },
  async sending() {
    await code(new zmq.Push({ sendTimeout: 50, linger: 0 }).send('x'));
  },
  async observing() {
    const pull = new zmq.Pull();
    pull.events.on('end', () => say('end'));
    whileAlive(() => pull.close());
  },
  // Sent before the end, although nobody listens yet and nobody waits for it.
  async queued() {
    const push = new zmq.Push();
    push.connect(endpoint);
    await push.send('from a queue');
  },
  'queued and closed': async () => {
    const push = new zmq.Push();
    push.connect(endpoint);
    await push.send('from a closed socket');
    push.close();
  },
  'queued without linger': async () => {
    const push = new zmq.Push({ linger: 0 });
    push.connect(endpoint);
    await push.send('lost');
  },
};

say('begins');
await roles[role]();
