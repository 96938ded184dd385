// What programs can see of a socket, case by case: each says in words what it saw, and both packages have to say the same.
// Of errors the class, `code`, `errno`, `address` and `status` are compared, and the text, but of EBUSY.
import { EventEmitter } from 'node:events';
import { runInNewContext } from 'node:vm';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (condition) => {
  while (!condition()) await pause(2);
};

/** An error in words. */
export function problem(error) {
  const { name, code, errno, address, status, message } = error;
  const text = (code === undefined && status === undefined) || code === 'EBUSY' ? undefined : `"${message}"`;
  return [name, code, errno, address, status, text].filter((part) => part !== undefined).join(' ');
}

/** What a call throws, what its promise rejects with, or what comes of it. */
export async function attempt(call) {
  let answer;
  try {
    answer = call();
  } catch (error) {
    return `throws ${problem(error)}`;
  }
  try {
    return await answer;
  } catch (error) {
    return `rejects ${problem(error)}`;
  }
}

/** Two sockets that are connected, over inproc or tcp. */
async function pair(zmq, left, right, transport = 'inproc') {
  const a = new zmq[left]({ linger: 0 });
  const b = new zmq[right]({ linger: 0 });
  await a.bind(transport === 'inproc' ? `inproc://${Math.random()}` : 'tcp://127.0.0.1:*');
  b.connect(a.lastEndpoint);
  return [a, b];
}

const port = (text) => text?.replace(/:\d+$/, ':PORT');

/** Each gets the package, and `say`. */
export const cases = {
  async 'messages: what can be sent'(zmq, say) {
    const [a, b] = await pair(zmq, 'Pair', 'Pair');
    const messages = [
      'text',
      'é',
      '',
      null,
      12,
      -1.5,
      12n,
      true,
      { a: 1 },
      Buffer.from('buffer'),
      Buffer.from('hello').subarray(1, 3),
      new Uint16Array([1, 2, 3]).subarray(1),
      new Float64Array([0.5]),
      new Uint8Array([5, 6]).buffer,
      Buffer.alloc(1000, 1),
      new Uint8Array(new SharedArrayBuffer(2)),
      ['several', Buffer.from('frames'), null, 3],
      [['nested', 'array']],
      [undefined],
    ];
    for (const message of messages) {
      await a.send(message);
      const frames = await b.receive();
      say(
        frames.map((frame) => frame.toString('latin1').slice(0, 40)),
        frames.every(Buffer.isBuffer),
      );
    }
    say(
      await attempt(() => a.send()),
      await attempt(() => a.send(undefined)),
      await attempt(() => a.send(Symbol('x'))),
    );
    say(await attempt(() => a.send([])), b.readable);
  },

  async 'messages: received Buffers have memory of their own'(zmq, say) {
    for (const transport of ['inproc', 'tcp']) {
      const [a, b] = await pair(zmq, 'Pair', 'Pair', transport);
      for (const size of [0, 1, 8, 128, 129, 5000, 300_000]) {
        await a.send(Buffer.alloc(size, 7));
        const [frame] = await b.receive();
        say(frame.length, frame.byteOffset, frame.buffer.byteLength);
      }
      await a.send(new Float64Array([1, 2, 3]));
      const [numbers] = await b.receive();
      say([...new Float64Array(numbers.buffer)]);
    }
  },

  async 'messages: bytes of another realm'(zmq, say) {
    const [a, b] = await pair(zmq, 'Pair', 'Pair');
    for (const code of [
      'new Uint8Array([65, 66])',
      'new Uint8Array(300).fill(65)',
      'new Uint8Array([65, 66]).buffer',
      '["text", new Uint16Array([65])]',
    ]) {
      await a.send(runInNewContext(code));
      say((await b.receive()).map((frame) => frame.toString('latin1')));
    }
    const [publisher, subscriber] = await pair(zmq, 'XPublisher', 'Subscriber');
    say(await attempt(() => subscriber.subscribe(runInNewContext('new Uint8Array([65])'))));
    subscriber.subscribe(Buffer.from('B'));
    const [subscription] = await publisher.receive();
    say(subscription.length);
  },

  async 'messages: a small Buffer may be written to again at once'(zmq, say) {
    const [a, b] = await pair(zmq, 'Push', 'Pull', 'tcp');
    const scratch = Buffer.alloc(4);
    for (let i = 0; i < 5; i++) {
      scratch.writeUInt32LE(i);
      await a.send(scratch);
    }
    for (let i = 0; i < 5; i++) say((await b.receive())[0].readUInt32LE());
  },

  async 'send and receive: time-outs'(zmq, say) {
    const push = new zmq.Push({ sendTimeout: 0, linger: 0 });
    say(await attempt(() => push.send('x')), push.writable);
    push.sendTimeout = 20;
    say(await attempt(() => push.send('x')));
    const pull = new zmq.Pull({ receiveTimeout: 0 });
    say(await attempt(() => pull.receive()), pull.readable);
    pull.receiveTimeout = 20;
    say(await attempt(() => pull.receive()));
    try {
      for await (const message of pull) say(message);
    } catch (error) {
      say('iteration', problem(error), pull.closed);
    }
  },

  async 'send and receive: two loops within the process leave the rest of it its turn'(zmq, say) {
    const [reply, request] = await pair(zmq, 'Reply', 'Request');
    const serving = (async () => {
      for await (const question of reply) await reply.send(question);
    })();
    let turns = 0;
    const turn = () => {
      turns++;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    for (let i = 0; i < 3000; i++) {
      await request.send('x');
      await request.receive();
    }
    clearImmediate(next);
    say(turns >= 4);
    reply.close();
    await serving;
  },

  async 'close: an operation that waits for its turn'(zmq, say) {
    for (const [type, call] of [
      ['Request', 'receive'],
      ['Reply', 'send'],
    ]) {
      for (const close of [process.nextTick, setImmediate]) {
        const socket = new zmq[type]();
        close(() => socket.close());
        say(await attempt(() => (call === 'send' ? socket.send('x') : socket.receive())));
      }
    }
    const request = new zmq.Request();
    process.nextTick(() => request.close());
    say(
      await attempt(async () => {
        for await (const message of request) say(message);
      }),
    );
  },

  async 'options: a warning tells what comes too late'(zmq, say) {
    let warnings = 0;
    const count = () => warnings++;
    process.on('warning', count);
    const socket = new zmq.Dealer();
    socket.routingId = 'before';
    await pause(5);
    say(warnings);
    const binding = socket.bind('inproc://late');
    socket.routingId = 'during';
    await binding;
    await pause(5);
    say(warnings);
    socket.routingId = 'after';
    await pause(5);
    say(warnings);
    process.off('warning', count);
  },

  async 'options: numbers of 64 bits'(zmq, say) {
    const socket = new zmq.Dealer();
    for (const number of [2 ** 53 + 2, 2 ** 64, 2 ** 60, 5]) {
      socket.setUint64Option(4, number);
      say(socket.getUint64Option(4) === number);
    }
    say(socket.getInt32Option(43));
    socket.plainServer = true;
    say(socket.getInt32Option(43), socket.securityMechanism);
  },

  async 'send: at the high-water mark'(zmq, say) {
    const push = new zmq.Push({ sendHighWaterMark: 3, sendTimeout: 0, linger: 0 });
    push.connect('tcp://127.0.0.1:1');
    for (let i = 0; i < 5; i++) say(push.writable, await attempt(() => push.send(`${i}`)));
    push.sendHighWaterMark = 0;
    say(push.sendHighWaterMark);
  },

  async 'send: right after connect'(zmq, say) {
    const pull = new zmq.Pull();
    await pull.bind('tcp://127.0.0.1:*');
    const push = new zmq.Push({ sendTimeout: 0 });
    say(push.writable, push.lastEndpoint);
    push.connect(pull.lastEndpoint);
    say(push.writable, push.lastEndpoint === pull.lastEndpoint);
    await push.send('at once');
    say(String(await pull.receive()));
  },

  async 'strict: one operation at a time'(zmq, say) {
    const pull = new zmq.Pull();
    const waiting = attempt(() => pull.receive());
    say(await attempt(() => pull.receive()));
    const push = new zmq.Push({ linger: 0 });
    const sending = attempt(() => push.send('x'));
    say(await attempt(() => push.send('y')));
    pull.close();
    push.close();
    say(await waiting, await sending);
    const router = new zmq.Router();
    const binding = router.bind('tcp://127.0.0.1:*');
    for (const call of ['bind', 'unbind', 'connect', 'disconnect', 'bindSync', 'send']) {
      say(await attempt(() => router[call]('tcp://127.0.0.1:5')));
    }
    await binding;
    const observer = new zmq.Dealer().events;
    const event = attempt(() => observer.receive());
    say(await attempt(() => observer.receive()));
    observer.close();
    say(await event);
  },

  async 'close: what waits, what comes after'(zmq, say) {
    const [a, b] = await pair(zmq, 'Pair', 'Pair');
    say(a.closed, a.close(), a.closed, a.close(), a.readable, a.writable);
    for (const [call, argument] of Object.entries({
      send: 'x',
      bind: 'inproc://a',
      bindSync: 'inproc://a',
      unbind: 'inproc://a',
      connect: 'inproc://a',
      disconnect: 'inproc://a',
    })) {
      say(call, await attempt(() => a[call](argument)));
    }
    say(await attempt(() => a.receive()), await attempt(() => a.linger), await attempt(() => a.type));
    say(
      await attempt(() => a.lastEndpoint),
      await attempt(() => {
        a.linger = 1;
      }),
    );
    setTimeout(() => b.close(), 5);
    for await (const message of b) say(message);
    say('the loop has ended', b.closed);
    const binding = new zmq.Pull();
    const bound = attempt(() => binding.bind('tcp://127.0.0.1:*'));
    say(binding.close(), binding.closed, await bound, binding.closed);
  },

  async 'iteration: leaving the loop leaves the socket open'(zmq, say) {
    const [a, b] = await pair(zmq, 'Pair', 'Pair');
    for (const text of ['1', '2', '3']) await a.send(text);
    for await (const [frame] of b) {
      say(String(frame));
      if (String(frame) === '2') break;
    }
    say(b.closed, String(await b.receive()));
    say(Symbol.asyncIterator in b, typeof b[Symbol.asyncIterator]().next, b[Symbol.asyncIterator]().return);
  },

  async 'endpoints: addresses and errors'(zmq, say) {
    const socket = new zmq.Dealer();
    for (const address of ['foo', 'foo://x', 'tcp://xx', 'tcp://', '', 'tcp://192.0.2.1:1']) {
      say(address, await attempt(() => socket.bind(address)), await attempt(() => socket.bindSync(address)));
    }
    for (const address of ['foo', 'foo://x', 'tcp://xx', '']) {
      say(address, await attempt(() => socket.connect(address)));
    }
    for (const call of ['bind', 'bindSync', 'unbind', 'connect', 'disconnect']) {
      say(call, await attempt(() => socket[call](1)), await attempt(() => socket[call]()));
    }
    say(
      await attempt(() => socket.disconnect('tcp://127.0.0.1:5')),
      await attempt(() => socket.unbind('tcp://127.0.0.1:5')),
    );
    await socket.bind('tcp://127.0.0.1:*');
    say(port(socket.lastEndpoint));
    const other = new zmq.Dealer();
    const taken = socket.lastEndpoint;
    say(
      ...[await attempt(() => other.bind(taken)), await attempt(() => other.bindSync(taken))].map((text) =>
        text.replace(taken, 'TAKEN'),
      ),
    );
    say(await attempt(() => socket.unbind(taken)), other.bindSync('tcp://127.0.0.1:*'), port(other.lastEndpoint));
    await other.bind('inproc://name');
    say(other.lastEndpoint, await attempt(() => socket.bind('inproc://name')), socket.connect('inproc://name'));
    say(socket.lastEndpoint, socket.disconnect('inproc://name'));
    await other.bind('tcp://*:*');
    say(port(other.lastEndpoint));
  },

  async 'Request and Reply: out of turn'(zmq, say) {
    const [reply, request] = await pair(zmq, 'Reply', 'Request');
    for (const timeout of [0, 10]) {
      const early = new zmq.Request({ receiveTimeout: timeout });
      say(await attempt(() => early.receive()));
      const late = new zmq.Reply({ sendTimeout: timeout });
      say(await attempt(() => late.send('x')));
    }
    // A loop that receives, started before anything is asked.
    const answers = (async () => {
      for await (const [answer] of request) {
        say(String(answer));
        if (String(answer) === 'answer to 3') return;
      }
    })();
    const serving = (async () => {
      for await (const [question] of reply) await reply.send(`answer to ${question}`);
    })();
    for (const question of ['1', '2', '3']) await request.send(question);
    await answers;
    reply.close();
    await serving;
    request.close();
  },

  async 'Router and Dealer: names'(zmq, say) {
    const router = new zmq.Router({ linger: 0 });
    await router.bind('tcp://127.0.0.1:*');
    const named = new zmq.Dealer({ routingId: 'name', linger: 0 });
    say(named.routingId, new zmq.Dealer().routingId);
    named.connect(router.lastEndpoint);
    await named.send(['hello', 'there']);
    const [id, ...frames] = await router.receive();
    say(String(id), frames.map(String));
    await router.send([id, 'back']);
    say((await named.receive()).map(String));
    const nameless = new zmq.Dealer({ linger: 0 });
    nameless.connect(router.lastEndpoint);
    await nameless.send('x');
    const [given] = await router.receive();
    say(given.length, given[0]);
    await router.send(['nobody', 'dropped']);
    router.mandatory = true;
    say(await attempt(() => router.send(['nobody', 'refused'])));
    const server = new zmq.Dealer({ linger: 0 });
    await server.bind('tcp://127.0.0.1:*');
    router.connect(server.lastEndpoint, { routingId: 'given' });
    await router.send(['given', 'hello']);
    say((await server.receive()).map(String));
    const [asked, request] = await pair(zmq, 'Router', 'Request');
    await request.send('question');
    const envelope = await asked.receive();
    say(envelope.length, envelope[1].length, String(envelope[2]));
    await asked.send([envelope[0], null, 'answer']);
    say(String(await request.receive()));
  },

  async 'Router: handover, probe'(zmq, say) {
    const router = new zmq.Router({ handover: true, linger: 0 });
    await router.bind('tcp://127.0.0.1:*');
    const probing = new zmq.Dealer({ probeRouter: true, routingId: 'probe', linger: 0 });
    probing.connect(router.lastEndpoint);
    say((await router.receive()).map(String));
    const second = new zmq.Dealer({ routingId: 'probe', linger: 0 });
    second.connect(router.lastEndpoint);
    await second.send('taken over');
    say((await router.receive()).map(String));
    await router.send(['probe', 'for the second']);
    say(String(await second.receive()));
  },

  async 'Request: correlate, relaxed'(zmq, say) {
    const router = new zmq.Router({ linger: 0 });
    await router.bind('inproc://correlate');
    const request = new zmq.Request({ correlate: true, relaxed: true, linger: 0 });
    request.connect('inproc://correlate');
    await request.send('first');
    await request.send('second');
    const [first, second] = [await router.receive(), await router.receive()];
    say(first.length, first[1].length, String(first[3]), String(second[3]));
    await router.send([...first.slice(0, 3), 'stale']);
    await router.send([...second.slice(0, 3), 'fresh']);
    say(String(await request.receive()));
  },

  async 'Publisher and Subscriber: topics'(zmq, say) {
    const publisher = new zmq.XPublisher({ linger: 0 });
    await publisher.bind('inproc://topics');
    const subscriber = new zmq.Subscriber();
    subscriber.connect('inproc://topics');
    subscriber.subscribe('a', Buffer.from('b'));
    say(String(await publisher.receive()), String(await publisher.receive()));
    for (const topic of ['a1', 'c1', 'b1']) await publisher.send([topic, 'body']);
    say((await subscriber.receive()).map(String), (await subscriber.receive()).map(String), subscriber.readable);
    subscriber.unsubscribe('a', 'b');
    say((await publisher.receive())[0], (await publisher.receive())[0]);
    subscriber.subscribe();
    say((await publisher.receive())[0]);
    await publisher.send('everything');
    say(String(await subscriber.receive()));
    subscriber.unsubscribe();
    say((await publisher.receive())[0]);
  },

  async 'XPublisher: verbosity, welcome, manual'(zmq, say) {
    const publisher = new zmq.XPublisher({
      verbosity: 'allSubsUnsubs',
      welcomeMessage: 'welcome',
      linger: 0,
    });
    await publisher.bind('inproc://verbosity');
    const [one, two] = [new zmq.Subscriber(), new zmq.Subscriber()];
    for (const subscriber of [one, two]) {
      subscriber.connect('inproc://verbosity');
      subscriber.subscribe('same', 'welcome');
      say((await publisher.receive())[0].toString('latin1'), (await publisher.receive())[0].toString('latin1'));
    }
    say(String(await one.receive()), String(await two.receive()));
    publisher.verbosity = null;
    one.unsubscribe('same');
    publisher.receiveTimeout = 60;
    say(await attempt(() => publisher.receive()));
    publisher.receiveTimeout = -1;
    two.unsubscribe('same');
    say((await publisher.receive())[0].toString('latin1'), publisher.verbosity);
    publisher.verbosity = 'allSubs';
    for (const subscriber of [one, two]) {
      subscriber.subscribe('x');
      say((await publisher.receive())[0].toString('latin1'));
    }
    class Manual extends zmq.XPublisher {
      accept(topic) {
        this.setStringOption(6, topic);
      }
    }
    const manual = new Manual({ manual: true, linger: 0 });
    await manual.bind('inproc://manual');
    const third = new zmq.Subscriber();
    third.connect('inproc://manual');
    third.subscribe('asked', 'given');
    for (let i = 0; i < 2; i++) say((await manual.receive())[0].toString('latin1'));
    manual.accept('given');
    await manual.send('asked');
    await manual.send('given');
    say(String(await third.receive()));
  },

  async 'XSubscriber, invertMatching, noDrop'(zmq, say) {
    const publisher = new zmq.XPublisher({ invertMatching: true, linger: 0 });
    await publisher.bind('inproc://invert');
    const subscriber = new zmq.Subscriber({ invertMatching: true });
    subscriber.connect('inproc://invert');
    subscriber.subscribe('a');
    await publisher.receive();
    say(publisher.invertMatching, subscriber.invertMatching);
    await publisher.send('a');
    await publisher.send('b');
    say(String(await subscriber.receive()));
    const other = new zmq.XPublisher({ noDrop: true, sendHighWaterMark: 1, sendTimeout: 0, linger: 0 });
    await other.bind('inproc://no-drop');
    const raw = new zmq.XSubscriber({ receiveHighWaterMark: 1 });
    raw.connect('inproc://no-drop');
    await raw.send(Buffer.from([1]));
    say((await other.receive())[0]);
    let taken = 0;
    let refused;
    for (; refused === undefined && taken < 20; taken++) refused = await attempt(() => other.send('x'));
    say(taken < 20, refused);
    new zmq.Publisher({ noDrop: true, conflate: true, invertMatching: true }).close();
  },

  async conflate(zmq, say) {
    const pull = new zmq.Pull({ conflate: true });
    await pull.bind('tcp://127.0.0.1:*');
    const push = new zmq.Push({ linger: 0, conflate: true });
    push.connect(pull.lastEndpoint);
    for (let i = 1; i <= 5; i++) await push.send(`${i}`);
    let last = '';
    while (last !== '5') last = String(await pull.receive());
    say(last);
    for (const name of ['Subscriber', 'Dealer']) new zmq[name]({ conflate: true }).close();
  },

  async 'Stream: bytes of any peer'(zmq, say) {
    const { connect, createServer } = await import('node:net');
    const stream = new zmq.Stream({ linger: 0, notify: true });
    await stream.bind('tcp://127.0.0.1:*');
    const raw = connect(Number(stream.lastEndpoint.split(':').at(-1)), '127.0.0.1');
    const [id, empty] = await stream.receive();
    say(id.length, empty.length);
    raw.write('hello');
    const [again, text] = await stream.receive();
    say(again.equals(id), String(text));
    await stream.send([id, 'answer']);
    say(String(await new Promise((resolve) => raw.once('data', resolve))));
    await stream.send([id, null]);
    raw.destroy();
    const server = createServer((socket) => socket.end('from the server'));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new zmq.Stream({ linger: 0 });
    client.connect(`tcp://127.0.0.1:${server.address().port}`, { routingId: 'peer' });
    const [peer] = await client.receive();
    const [, words] = await client.receive();
    say(String(peer), String(words));
    server.close();
  },

  async 'events: of a connection'(zmq, say) {
    // A watched socket of libzmq must not be closed while something happens to it: the connecting ones end for good.
    const words = (address) => (event) => {
      const { type, address: where, ...more } = event;
      return `${type} ${where === address} ${Object.keys(more)} ${typeof more.interval}`;
    };
    const bound = new zmq.Reply({ linger: 0 });
    await bound.events;
    await bound.bind('tcp://127.0.0.1:*');
    const first = new zmq.Request({ linger: 0 });
    first.connect(bound.lastEndpoint);
    await first.send('question');
    await bound.receive();
    const there = [];
    for await (const event of bound.events) {
      there.push(event);
      if (event.type === 'handshake') first.close();
      if (event.type === 'disconnect') break;
    }
    say(there.map(words(bound.lastEndpoint)));

    const server = new zmq.Reply({ linger: 0 });
    await server.bind('tcp://127.0.0.1:*');
    const address = server.lastEndpoint;
    const client = new zmq.Request({ linger: 0, reconnectInterval: 1000 });
    const { events } = client;
    client.connect(address);
    await client.send('question');
    await server.receive();
    const here = [];
    for await (const event of events) {
      here.push(event);
      if (event.type === 'handshake') server.close();
      if (event.type === 'connect:retry') break;
    }
    say(here.map(words(address)));
    client.close();
    say((await events.receive()).type, events.closed, await attempt(() => events.receive()));
  },

  async 'events: errors of a bind, a refused handshake, an emitter'(zmq, say) {
    const taken = new zmq.Pull();
    await taken.bind('tcp://127.0.0.1:*');
    const socket = new zmq.Dealer({ linger: 0 });
    const observer = socket.events;
    say(observer === socket.events, observer instanceof zmq.Observer, observer.closed);
    await attempt(() => socket.bind(taken.lastEndpoint));
    const seen = [];
    do seen.push(await observer.receive());
    while (seen.at(-1).type !== 'bind:error');
    say(
      seen.map(({ type }) => type),
      problem(seen.at(-1).error),
    );
    observer.close();
    say(observer.closed, observer.close(), await attempt(() => observer.receive()));
    for await (const event of observer) say('never', event);

    const emitting = new zmq.Dealer({ linger: 0 });
    const heard = [];
    const ignored = () => heard.push('taken away');
    emitting.events.on('bind', ({ type, address }) => heard.push(`${type} ${port(address)}`));
    emitting.events.on('bind', ignored);
    emitting.events.off('bind', ignored);
    emitting.events.on('end', ({ type }) => heard.push(type));
    say(
      emitting.events instanceof EventEmitter,
      (await attempt(() => emitting.events.receive())).startsWith('throws Error'),
    );
    await emitting.bind('tcp://127.0.0.1:*');
    await until(() => heard.length === 1);
    emitting.close();
    await until(() => heard.length === 2);
    say(heard);
  },

  async 'events: PLAIN without a handler of ZAP that knows us, another mechanism'(zmq, say) {
    const handler = new zmq.Reply();
    await handler.bind('inproc://zeromq.zap.01');
    const answering = (async () => {
      for await (const [version, id] of handler) await handler.send([version, id, '400', 'no', '', '']);
    })();
    const server = new zmq.Pull({ plainServer: true, zapDomain: 'test' });
    await server.bind('tcp://127.0.0.1:*');
    const refused = new zmq.Push({ plainUsername: 'user', plainPassword: 'wrong', linger: 0 });
    say(server.securityMechanism, refused.securityMechanism, refused.plainUsername, refused.plainPassword);
    const events = [];
    const watching = (async () => {
      for await (const event of refused.events) events.push(event);
    })();
    refused.connect(server.lastEndpoint);
    await until(() => events.some(({ type }) => type === 'handshake:error:auth'));
    say(problem(events.find(({ type }) => type === 'handshake:error:auth').error));
    refused.close();
    const other = new zmq.Push({ linger: 0 });
    const mismatches = [];
    const watchingOther = (async () => {
      for await (const event of other.events) mismatches.push(event);
    })();
    other.connect(server.lastEndpoint);
    await until(() => mismatches.some(({ type }) => type === 'handshake:error:protocol'));
    say(problem(mismatches.find(({ type }) => type === 'handshake:error:protocol').error));
    other.close();
    server.close();
    handler.close();
    await Promise.all([answering, watching, watchingOther]);
  },

  async CURVE(zmq, say) {
    const [server, client] = [zmq.curveKeyPair(), zmq.curveKeyPair()];
    say(Object.keys(server), server.publicKey.length, server.secretKey.length);
    const pull = new zmq.Pull({ curveServer: true, curveSecretKey: server.secretKey });
    await pull.bind('tcp://127.0.0.1:*');
    const push = new zmq.Push({
      curveServerKey: server.publicKey,
      curvePublicKey: client.publicKey,
      curveSecretKey: client.secretKey,
      linger: 0,
    });
    say(pull.securityMechanism, push.securityMechanism, pull.curveServer, push.curveServer);
    push.connect(pull.lastEndpoint);
    await push.send('secret');
    say(String(await pull.receive()));
    say(
      await attempt(() => {
        push.curvePublicKey = 'short';
      }),
    );
  },

  async Proxy(zmq, say) {
    const [front, back] = [new zmq.Router({ linger: 0 }), new zmq.Dealer({ linger: 0 })];
    const proxy = new zmq.Proxy(front, back);
    say(proxy.frontEnd === front, proxy.backEnd === back, await attempt(() => proxy.run()));
    for (const call of ['pause', 'resume', 'terminate']) say(call, await attempt(() => proxy[call]()));
    await front.bind('inproc://front');
    await back.bind('inproc://back');
    const running = proxy.run();
    const [request, reply] = [new zmq.Request({ linger: 0 }), new zmq.Reply({ linger: 0 })];
    request.connect('inproc://front');
    reply.connect('inproc://back');
    await request.send('through');
    say(String(await reply.receive()));
    await reply.send('and back');
    say(String(await request.receive()));
    say(await attempt(() => front.send('x')), await attempt(() => back.receive()), front.closed);
    proxy.pause();
    proxy.resume();
    proxy.terminate();
    say(await running, front.closed, back.closed);
    say(await attempt(() => proxy.terminate()), await attempt(() => proxy.run()));
    for (const argument of [undefined, 1]) say((await attempt(() => new zmq.Proxy(argument, back))).split(' ')[1]);
  },

  async 'Context: options'(zmq, say) {
    const context = new zmq.Context({ ipv6: true, blocky: false, maxSockets: 2 });
    say(
      context.ipv6,
      context.blocky,
      context.maxSockets,
      context.maxSocketsLimit,
      context.ioThreads,
      context.maxMessageSize,
    );
    const socket = new zmq.Dealer({ context });
    say(socket.ipv6, socket.linger, socket.context === context, new zmq.Dealer().context === zmq.context);
    const second = new zmq.Dealer({ context, linger: 5 });
    say(second.linger, await attempt(() => new zmq.Dealer({ context })));
    second.close();
    // libzmq gives the place free in a thread of its own.
    let third;
    do {
      await pause(5);
      third = await attempt(() => new zmq.Dealer({ context }));
    } while (typeof third === 'string');
    say(typeof third);
    for (const [name, value] of [
      ['ioThreads', 0],
      ['ioThreads', -1],
      ['maxSockets', 0],
      ['maxSockets', 70_000],
      ['maxMessageSize', 5],
      ['maxMessageSize', -1],
      ['threadPriority', 5],
      ['threadSchedulingPolicy', 1],
      ['blocky', 1],
      ['blocky', true],
      ['maxSocketsLimit', 4],
      ['foo', 1],
    ]) {
      say(
        name,
        value,
        await attempt(() => {
          context[name] = value;
        }),
        context[name],
      );
    }
    say(Object.isSealed(context), (await attempt(() => new zmq.Context({ foo: 1 }))).split(' ')[1]);
    say((await attempt(() => new zmq.Context('x'))).split(' ')[1]);
    class MyContext extends zmq.Context {
      get(id) {
        return this.getInt32Option(id);
      }
      flag(id, value) {
        this.setBoolOption(id, value);
        return this.getBoolOption(id);
      }
      set(id, value) {
        this.setInt32Option(id, value);
      }
    }
    const mine = new MyContext();
    say(
      mine.get(2),
      mine.flag(42, true),
      mine.ipv6,
      mine.set(2, 7),
      mine.maxSockets,
      await attempt(() => mine.get(999)),
    );
    const [here, there] = [new zmq.Pair({ context: mine }), new zmq.Pair({ linger: 0 })];
    await here.bind('inproc://apart');
    await there.bind('inproc://apart');
    say('names are apart', here.lastEndpoint === there.lastEndpoint);
  },

  async 'sockets: construction'(zmq, say) {
    const socket = new zmq.Dealer({ linger: 0, sendHighWaterMark: 5 });
    say(Object.isSealed(socket), socket.linger, socket.sendHighWaterMark, socket instanceof zmq.Socket, String(socket));
    for (const argument of [{ foo: 1 }, 'x', 1, { linger: 'x' }, { linger: -5 }, { type: 4 }, { closed: true }]) {
      say(await attempt(() => new zmq.Dealer(argument)).then((words) => `${words}`.slice(0, 30)));
    }
    for (const type of [undefined, 'x', 99, -1]) say(await attempt(() => new zmq.Socket(type)));
    say(
      new zmq.Socket(5).type,
      typeof (await attempt(() => {
        socket.foo = 1;
      })),
    );
    say(
      zmq.version.split('.').length,
      zmq.capability.curve,
      zmq.capability.draft,
      zmq.capability.ipc,
      zmq.capability.pgm,
    );
    say(zmq.context instanceof zmq.Context, socket.threadSafe);
    for (const name of ['Pair', 'Publisher', 'Subscriber', 'Request', 'Reply', 'Dealer', 'Router', 'Pull', 'Push']) {
      say(new zmq[name]().type, zmq[name].name);
    }
  },

  async 'sockets: options by number'(zmq, say) {
    class Mine extends zmq.Dealer {
      call(method, ...given) {
        return this[method](...given);
      }
    }
    const mine = new Mine({ linger: 0 });
    for (const [method, ...given] of [
      ['getInt32Option', 23],
      ['getUint32Option', 23],
      ['getInt32Option', 16],
      ['getBoolOption', 39],
      ['getInt64Option', 22],
      ['getStringOption', 5],
      ['getInt32Option', 999],
      ['setInt32Option', 999, 1],
      ['setInt32Option', 23, 'x'],
      ['setInt32Option', 23, 7],
      ['getInt32Option', 23],
      ['setBoolOption', 39, true],
      ['getBoolOption', 39],
      ['setBoolOption', 39, 1],
      ['setInt64Option', 22, 2 ** 40],
      ['getInt64Option', 22],
      ['setStringOption', 5, 'name'],
      ['getStringOption', 5],
      ['setStringOption', 5, 7],
      ['setUint64Option', 4, 3],
      ['getUint64Option', 4],
      ['setUint32Option', 57, 8],
      ['getUint32Option', 57],
      ['getInt32Option', 'x'],
      ['setInt32Option', 28, 0],
    ]) {
      say(method, given, await attempt(() => mine.call(method, ...given)));
    }
    say(mine.sendTimeout, await attempt(() => mine.send('x')));
  },

  async 'Publisher: to nobody, and readable and writable'(zmq, say) {
    const publisher = new zmq.Publisher();
    say(publisher.writable, publisher.readable, await attempt(() => publisher.send('nobody')));
    const [a, b] = await pair(zmq, 'Pair', 'Pair');
    await b.send('x');
    await until(() => a.readable);
    say(a.readable, b.readable);
  },
};

/** The drafts of the second package: `zeromq/draft` or `rzmq/compat/draft`. */
export const draftCases = {
  async 'Client and Server'(zmq, draft, say) {
    const server = new draft.Server({ linger: 0 });
    await server.bind('tcp://127.0.0.1:*');
    const client = new draft.Client({ linger: 0 });
    client.connect(server.lastEndpoint);
    say(server instanceof zmq.Socket, server.type, client.type, server.threadSafe);
    await client.send('question');
    const [message, { routingId, ...more }] = await server.receive();
    say(String(message), typeof routingId, Object.keys(more));
    await server.send('answer', { routingId });
    const answer = await client.receive();
    say(answer.length, String(answer[0]));
    say(await attempt(() => server.send('nobody', { routingId: 12345 })));
    say((await attempt(() => server.send('x'))).split(' ')[0], await attempt(() => server.send('x', {})));
  },

  async 'Radio and Dish'(_zmq, draft, say) {
    const radio = new draft.Radio({ linger: 0 });
    await radio.bind('tcp://127.0.0.1:*');
    const dish = new draft.Dish();
    say(dish.join('group', Buffer.from('other')), await attempt(() => dish.join('group')));
    dish.connect(radio.lastEndpoint);
    let received;
    const receiving = dish.receive().then((message) => {
      received = message;
    });
    while (received === undefined) {
      await radio.send('hello', { group: 'group' });
      await pause(5);
    }
    await receiving;
    say(String(received[0]), String(received[1].group), Buffer.isBuffer(received[1].group), received.length);
    say(dish.leave('other'), await attempt(() => dish.leave('other')));
    // A group ends at its first zero.
    say(dish.join(Buffer.from('zero\0and more'), 'text\0and more'), dish.leave('zero', Buffer.from('text\0')));
    say(await attempt(() => radio.send('x', {})), (await attempt(() => radio.send('x'))).split(' ')[0]);
  },

  async 'Scatter and Gather'(zmq, draft, say) {
    const gather = new draft.Gather();
    await gather.bind('tcp://127.0.0.1:*');
    const scatter = new draft.Scatter({ linger: 0 });
    scatter.connect(gather.lastEndpoint);
    await scatter.send('x');
    say((await gather.receive()).map(String), gather.type, scatter.type, scatter instanceof zmq.Socket);
    for (const name of ['Gather', 'Scatter']) new draft[name]({ conflate: true }).close();
  },
};
