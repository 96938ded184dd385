// Where rzmq/compat does something else than zeromq.js, and means to: what it is called, how it is there and here (the
// table of docs/migrating-from-zeromq.md), and a program that shows it.
import { attempt } from './cases.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const differences = [
  {
    what: 'A second `receive` or `send` while one waits',
    theirs: 'throws EBUSY',
    ours: 'waits, and is served in order; EBUSY with `context.strict = true`',
    async show(zmq) {
      const [push, pull] = [new zmq.Push({ linger: 0 }), new zmq.Pull()];
      const received = [attempt(() => pull.receive()), attempt(() => pull.receive())];
      await pull.bind('inproc://several');
      push.connect('inproc://several');
      await push.send('1');
      await push.send('2');
      return (await Promise.all(received)).map(String).join();
    },
    shown: ['1,throws Error EBUSY 16', '1,2'],
  },
  {
    what: 'Calls during `bind` and `unbind`',
    theirs: 'throw EBUSY',
    ours: 'are done, in order; EBUSY with `context.strict = true`',
    async show(zmq) {
      const pull = new zmq.Pull();
      const binding = pull.bind('tcp://127.0.0.1:*');
      const connected = await attempt(() => pull.connect('tcp://127.0.0.1:5'));
      await binding;
      return connected;
    },
    shown: ['throws Error EBUSY 16', undefined],
  },
  {
    what: '`lastEndpoint` right after `unbind`',
    theirs: 'is still taken for a moment: binding to it may be EADDRINUSE',
    ours: 'is free when `unbind` resolves',
  },
  {
    what: '`unbindSync`',
    theirs: 'binds (version 6.8.0 has the wrong function there)',
    ours: 'unbinds',
    async show(zmq) {
      const pull = new zmq.Pull();
      pull.bindSync('inproc://sync');
      return await attempt(() => pull.unbindSync('inproc://sync'));
    },
    shown: ['throws Error EADDRINUSE 98 inproc://sync "Address already in use"', undefined],
  },
  {
    what: '`bindSync` with a host name',
    theirs: 'looks the name up, and blocks meanwhile',
    ours: 'ENOTSUP, but for localhost: give an address, or await `bind`',
  },
  {
    what: 'A socket that nobody refers to',
    theirs: 'is closed when the garbage collector finds it',
    ours: 'stays open until `close`, or the end of the process',
  },
  {
    what: '`process.exit()`, or an exception that nobody catches, with messages in a queue',
    theirs: 'most of them are still sent to peers that are connected',
    ours: 'loses them: let the process end by itself, which sends them first, as there',
  },
  {
    what: '`worker_threads`',
    theirs: 'share the global `context`, and its inproc names',
    ours: 'each thread has a `context` of its own',
  },
  {
    what: 'Options that Node has no call for, or that belong to transports that are not here',
    theirs: 'take effect',
    ours: 'are checked, kept and read back, have no effect, and a process warning (`RZMQ_NO_EFFECT`) says so once',
    async show(zmq) {
      const warnings = [];
      const listener = ({ code }) => warnings.push(code);
      process.on('warning', listener);
      const socket = new zmq.Dealer({ typeOfService: 8, tcpKeepaliveCount: 3 });
      socket.typeOfService = 16;
      await pause(5);
      process.off('warning', listener);
      return `${socket.typeOfService} ${socket.tcpKeepaliveCount} ${warnings}`;
    },
    shown: ['16 3 ', '16 3 RZMQ_NO_EFFECT,RZMQ_NO_EFFECT'],
  },
  {
    what: '`vmciBufferSize` and the other three of vmci',
    theirs: 'EINVAL, unless libzmq was built with vmci',
    ours: 'are kept, without effect',
    async show(zmq) {
      return await attempt(() => new zmq.Dealer().vmciBufferSize);
    },
    shown: ['throws Error EINVAL 22 "Invalid argument"', 0],
  },
  {
    what: 'Reading `curvePublicKey`, `curveSecretKey`, `curveServerKey`, `tcpAcceptFilter` and `mandatory`',
    theirs: 'throws EINVAL',
    ours: 'tells the value',
    async show(zmq) {
      return await attempt(() => new zmq.Router({ mandatory: true }).mandatory);
    },
    shown: ['throws Error EINVAL 22 "Invalid argument"', true],
  },
  {
    what: '`heartbeatTimeToLive = -1`',
    theirs: 'sets 0',
    ours: 'EINVAL',
    async show(zmq) {
      return await attempt(() => new zmq.Dealer({ heartbeatTimeToLive: -1 }).heartbeatTimeToLive);
    },
    shown: [0, 'throws Error EINVAL 22 "Invalid argument"'],
  },
  {
    what: '`writable` of a Server without clients, and of a Dish',
    theirs: 'true',
    ours: 'false: a message would be refused',
  },
  {
    what: '`plainUsername = null`, `plainPassword = null`',
    theirs: 'the property goes on telling the last name',
    ours: 'the property is `null`',
    async show(zmq) {
      const socket = new zmq.Dealer({ plainUsername: 'name' });
      socket.plainUsername = null;
      return socket.plainUsername;
    },
    shown: ['name', null],
  },
  {
    what: 'Sending a DataView or a SharedArrayBuffer',
    theirs: 'fails; sends the text `[object SharedArrayBuffer]`',
    ours: 'sends their bytes',
    async show(zmq) {
      const [a, b] = [new zmq.Pair(), new zmq.Pair()];
      await a.bind('inproc://views');
      b.connect('inproc://views');
      await a.send(new SharedArrayBuffer(2));
      return `${(await b.receive())[0].length} ${(await attempt(() => a.send(new DataView(new ArrayBuffer(1))))) === undefined}`;
    },
    shown: ['26 false', '2 true'],
  },
  {
    what: '`receive` of a Publisher or Push, `send` of a Subscriber or Pull (not in the types)',
    theirs: 'are there, and wait for ever',
    ours: 'are not there',
    async show(zmq) {
      return `${typeof new zmq.Publisher().receive} ${typeof new zmq.Pull().send}`;
    },
    shown: ['function function', 'undefined undefined'],
  },
  {
    what: 'More arguments than a method has',
    theirs: 'a TypeError',
    ours: 'are not looked at',
    async show(zmq) {
      return await attempt(() => new zmq.Publisher().send('a', 'b'));
    },
    shown: ['throws TypeError', undefined],
  },
  {
    what: 'Ports above 65535, and connecting to port 0',
    theirs: 'are taken for another port; do nothing',
    ours: 'EINVAL',
    async show(zmq) {
      return await attempt(() => new zmq.Pull().connect('tcp://127.0.0.1:0'));
    },
    shown: [undefined, 'throws Error EINVAL 22 tcp://127.0.0.1:0 "Invalid argument"'],
  },
  {
    what: '`send` of a Router with `mandatory` that has no peer at all',
    theirs: 'waits for the first one, whoever it is',
    ours: 'EHOSTUNREACH, as when it has others',
    async show(zmq) {
      const router = new zmq.Router({ mandatory: true, linger: 0 });
      await router.bind('inproc://nobody');
      return await Promise.race([attempt(() => router.send(['nobody', 'x'])), pause(300).then(() => 'waits')]);
    },
    shown: ['waits', 'rejects Error EHOSTUNREACH 113 "Host unreachable"'],
  },
  {
    what: 'The address of the event `bind:error`',
    theirs: 'has no `tcp://`',
    ours: 'is the endpoint, as with all events',
    async show(zmq) {
      const taken = new zmq.Pull();
      await taken.bind('tcp://127.0.0.1:*');
      const socket = new zmq.Pull();
      const { events } = socket;
      await attempt(() => socket.bind(taken.lastEndpoint));
      for (;;) {
        const { type, address } = await events.receive();
        if (type === 'bind:error') return address.startsWith('tcp://');
      }
    },
    shown: [false, true],
  },
  {
    what: '`for await` over an observer that is closed meanwhile',
    theirs: 'throws ENOTSOCK',
    ours: 'ends',
    async show(zmq) {
      const { events } = new zmq.Pull();
      setTimeout(() => events.close(), 5);
      return await attempt(async () => {
        for await (const event of events) return event;
        return 'ended';
      });
    },
    shown: ['rejects Error ENOTSOCK 88 "Socket operation on non-socket"', 'ended'],
  },
  {
    what: '`events` and `context` of a closed socket',
    theirs: 'throws ENOTSOCK; `undefined`',
    ours: 'are what they were',
    async show(zmq) {
      const socket = new zmq.Pull();
      socket.close();
      return `${socket.context === zmq.context} ${typeof (await attempt(() => socket.events))}`;
    },
    shown: ['false string', 'true object'],
  },
  {
    what: 'The `context` in the options of a socket',
    theirs: 'is deleted from the object that was given',
    ours: 'stays',
    async show(zmq) {
      const options = { context: zmq.context };
      new zmq.Pull(options).close();
      return Object.keys(options).join();
    },
    shown: ['', 'context'],
  },
  {
    what: '`capability.tipc`, and `tipc://`',
    theirs: 'true on Linux',
    ours: 'false: EPROTONOSUPPORT',
    async show(zmq) {
      return zmq.capability.tipc;
    },
    shown: [true, false],
  },
  {
    what: 'The `cause` of an error with a `code`',
    theirs: 'there is none',
    ours: 'an error that says what was tried, and what would be right',
    async show(zmq) {
      try {
        new zmq.Pull().connect('nonsense');
      } catch (error) {
        return `${error.message} ${error.cause?.code}`;
      }
    },
    shown: ['Invalid argument undefined', 'Invalid argument InvalidEndpoint'],
  },
  {
    what: 'The texts of EBUSY, of a TypeError and of warnings',
    theirs: 'say which operation is in the way; those of zeromq.js',
    ours: 'our own',
  },
  {
    what: '`curveServer` without `curveSecretKey`',
    theirs: 'binds and connects; every handshake fails',
    ours: '`bind` and `connect` are EINVAL',
    async show(zmq) {
      return await attempt(() => new zmq.Pull({ curveServer: true }).bind('tcp://127.0.0.1:*'));
    },
    shown: [undefined, 'rejects Error EINVAL 22 tcp://127.0.0.1:* "Invalid argument"'],
  },
  {
    what: '`Object.keys(require(…))`',
    theirs: 'the names of the API',
    ours: 'has `default` and `__esModule`, too, and nothing can be assigned: it is an ES module',
  },
  {
    what: 'Messages for a peer that is not there, at the end of the process',
    theirs: 'a line on stderr says that it waits for them, after half a second',
    ours: 'it waits as long, and says nothing',
  },
  {
    what: 'Importing the drafts',
    theirs: 'a process warning',
    ours: 'no warning',
  },
];

/** What is in the types of zeromq.js, and not here. */
export const absent = {
  Datagram: 'UDP is not a transport of this package.',
  gssapiServer: 'zeromq.js has it only where libzmq was built with GSSAPI, which its own binaries are not.',
  gssapiPrincipal: 'As `gssapiServer`.',
  gssapiServicePrincipal: 'As `gssapiServer`.',
  gssapiPlainText: 'As `gssapiServer`.',
  gssapiPrincipalNameType: 'As `gssapiServer`.',
  gssapiServicePrincipalNameType: 'As `gssapiServer`.',
  unknown: 'The type of events has it; no event of this package is unknown.',
};
