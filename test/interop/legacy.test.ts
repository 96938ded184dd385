import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { command, frame, MORE, message, oldFrame, oldLongHeader, oldMessage } from '../support/naive-zmtp.js';
import { type RawPeer, RawPeers } from '../support/spec-raw-peer.js';
import type { FrameSpec } from './content.mjs';
import { LibzmqProcess } from './libzmq.js';
import { Ours } from './ours.js';
import type { Options, PeerSocket, Side } from './peer.js';

/** One version of old, as its peers speak it. */
interface Old {
  readonly name: string;
  readonly revision: number | undefined;
  frame(flags: number, body: Uint8Array): Buffer;
  message(...frames: (string | Uint8Array)[]): Buffer;
}

const OLD: readonly Old[] = [
  { name: '1.0', revision: undefined, frame: oldFrame, message: oldMessage },
  { name: '1.0 with a version octet', revision: 0, frame: oldFrame, message: oldMessage },
  { name: '2.0', revision: 1, frame, message },
];

const NUMBER: Readonly<Record<string, number>> = {
  PAIR: 0,
  PUB: 1,
  SUB: 2,
  REQ: 3,
  REP: 4,
  DEALER: 5,
  ROUTER: 6,
  PULL: 7,
  PUSH: 8,
  XPUB: 9,
  XSUB: 10,
};

/** A peer made by hand that talks to one socket, of either library, and what came of it. */
class Talk {
  /** Everything that the socket said and received, in the order of the steps. */
  readonly transcript: string[] = [];

  constructor(
    readonly socket: PeerSocket,
    readonly peer: RawPeer,
    readonly old: Old,
  ) {}

  say(...bytes: Uint8Array[]): void {
    this.peer.send(Buffer.concat(bytes));
  }

  /** Waits for so many octets of the socket. */
  async hear(size: number): Promise<void> {
    this.transcript.push(`says ${(await this.peer.read(size)).toString('hex')}`);
  }

  async receive(count = 1): Promise<void> {
    for (let i = 0; i < count; i++) {
      const parts = await this.socket.recv();
      // The name that a ROUTER gives to a peer without one is random.
      this.transcript.push(`receives ${parts.map((part) => (/^00.{8}$/.test(part) ? 'made up' : part)).join('|')}`);
    }
  }

  /** The whole handshake, one stage after the other. */
  async greet(type: string, identity = '', ownIdentity = ''): Promise<void> {
    const { old } = this;
    await this.hear(10);
    const name = old.frame(0, Buffer.from(identity));
    if (old.revision === undefined) {
      this.say(name);
      await this.hear(ownIdentity.length);
      return;
    }
    this.say(Buffer.from('ff00000000000000007f', 'hex'));
    await this.hear(1);
    this.say(Buffer.of(old.revision));
    await this.hear(1);
    this.say(Buffer.of(NUMBER[type] ?? 0));
    await this.hear(old.frame(0, Buffer.from(ownIdentity)).length);
    this.say(name);
  }

  /** Lets the application send, and hears it. */
  async send(...frames: FrameSpec[]): Promise<void> {
    await this.socket.send(frames);
    const texts = frames.map((part) =>
      typeof part === 'string' ? part : Buffer.from((part as { hex: string }).hex, 'hex'),
    );
    await this.hear(this.old.message(...texts).length);
  }

  /** The same where what it said before, its greeting, was not heard yet. */
  async sendAfterGreeting(text: string): Promise<void> {
    await this.socket.send([text]);
    const last = this.old.message(text);
    let heard = Buffer.alloc(0);
    while (!heard.subarray(-last.length).equals(last)) heard = Buffer.concat([heard, await this.peer.read(1)]);
    this.transcript.push(`says ${heard.toString('hex')}`);
  }

  /** What the socket said beyond all that, until its end. */
  async end(): Promise<void> {
    await this.socket.close();
    this.transcript.push(`at the end ${(await this.peer.closed()).toString('hex')}`);
  }

  /** The socket closes the connection. */
  async closed(): Promise<void> {
    this.transcript.push(`closes after ${(await this.peer.closed()).toString('hex')}`);
    await this.socket.close();
  }
}

interface Scenario {
  readonly name: string;
  readonly type: string;
  readonly options?: Options;
  play(talk: Talk): Promise<void>;
}

const LONG = 'x'.repeat(253);
const THING = ['a', '', 'ccc'];

const SCENARIOS: readonly Scenario[] = [
  ...['PAIR', 'DEALER'].map((type) => ({
    name: `${type}, both ways`,
    type,
    // The binding of libzmq has no routing id for a PAIR.
    options: type === 'DEALER' ? { routingId: 'ident' } : {},
    async play(talk: Talk) {
      await talk.greet(type, '', type === 'DEALER' ? 'ident' : '');
      await talk.send(...THING);
      await talk.send(LONG, `${LONG}y`, `${LONG}yy`, `${LONG}yyy`);
      talk.say(talk.old.message('z'), talk.old.message(...THING, LONG, `${LONG}y`, `${LONG}yyy`));
      await talk.receive(2);
      await talk.end();
    },
  })),
  {
    name: 'PUSH',
    type: 'PUSH',
    async play(talk) {
      await talk.greet('PULL');
      await talk.send(...THING);
      await talk.send('');
      await talk.end();
    },
  },
  {
    name: 'PULL',
    type: 'PULL',
    async play(talk) {
      await talk.greet('PUSH');
      talk.say(talk.old.message(''), talk.old.message(...THING), talk.old.message('x'.repeat(70_000)));
      await talk.receive(3);
      await talk.end();
    },
  },
  {
    name: 'REQ',
    type: 'REQ',
    async play(talk) {
      await talk.greet('REP');
      await talk.socket.send(['question', 'two']);
      await talk.hear(talk.old.message('', 'question', 'two').length);
      talk.say(talk.old.message('', 'answer', 'two'));
      await talk.receive();
      await talk.end();
    },
  },
  {
    name: 'REP',
    type: 'REP',
    async play(talk) {
      await talk.greet('REQ');
      talk.say(talk.old.message('', 'question'));
      await talk.receive();
      await talk.socket.send(['answer']);
      await talk.hear(talk.old.message('', 'answer').length);
      await talk.end();
    },
  },
  {
    name: 'ROUTER, a peer with a name',
    type: 'ROUTER',
    async play(talk) {
      await talk.greet('DEALER', 'me');
      talk.say(talk.old.message('hello', 'there'));
      await talk.receive();
      await talk.socket.send(['me', 'back', 'to you']);
      await talk.hear(talk.old.message('back', 'to you').length);
      await talk.end();
    },
  },
  {
    name: 'ROUTER, a peer without',
    type: 'ROUTER',
    options: { routingId: 'router' },
    async play(talk) {
      await talk.greet('DEALER', '', 'router');
      talk.say(talk.old.message('hello'));
      await talk.receive();
      await talk.end();
    },
  },
  {
    name: 'SUB',
    type: 'SUB',
    async play(talk) {
      await talk.socket.subscribe('before');
      // A bound SUB of libzmq tells its new peers something only while its application is in a call.
      const received = talk.receive();
      await talk.greet('PUB');
      await talk.hear(talk.old.message('\x01before').length);
      for (const topic of ['T', 'T', '']) {
        await talk.socket.subscribe(topic);
        await talk.hear(talk.old.message(`\x01${topic}`).length);
      }
      await talk.socket.unsubscribe('');
      await talk.hear(talk.old.message('\x00').length);
      talk.say(talk.old.message('nobody wants it'), talk.old.message('T1', 'body'));
      await received;
      await talk.end();
    },
  },
  {
    name: 'XSUB',
    type: 'XSUB',
    async play(talk) {
      await talk.greet('XPUB');
      // Who has received something knows its peer; before that, what an XSUB sends has nobody to go to.
      talk.say(talk.old.message('anything'));
      await talk.receive();
      await talk.send({ hex: '0154' });
      await talk.send('up the stream');
      await talk.send({ hex: '0054' });
      await talk.end();
    },
  },
  {
    name: 'XPUB',
    type: 'XPUB',
    async play(talk) {
      await talk.greet('SUB');
      if (talk.old.revision === undefined) await talk.receive();
      talk.say(talk.old.message('\x01A'), talk.old.message('\x01B'));
      await talk.receive(2);
      await talk.send('A1', 'body');
      await talk.socket.send(['C1']);
      // Only who speaks 1.0 without a version gets what it has not asked for.
      if (talk.old.revision === undefined) await talk.hear(talk.old.message('C1').length);
      await talk.send('B1');
      talk.say(talk.old.message('\x00A'), talk.old.message('of the user'));
      await talk.receive(2);
      await talk.end();
    },
  },
  {
    name: 'what looks like a command is none, and nothing',
    type: 'PULL',
    async play(talk) {
      await talk.greet('PUSH');
      if (talk.old.revision === 1) {
        talk.say(command('PING', Buffer.from('0001', 'hex')), command('SUBSCRIBE', 'x'), frame(5, Buffer.from('x')));
      }
      talk.say(talk.old.message('after it'));
      await talk.receive();
      await talk.end();
    },
  },
  {
    name: 'flags that do not exist, and a length that is longer than it need be',
    type: 'PULL',
    async play(talk) {
      await talk.greet('PUSH');
      if (talk.old.revision === 1) talk.say(frame(0xf8, Buffer.from('a')), frame(0, Buffer.from('b'), true));
      else talk.say(oldFrame(0xfe, Buffer.from('a')), oldFrame(0, Buffer.from('b'), true));
      await talk.receive(2);
      await talk.end();
    },
  },
  {
    name: 'a frame beyond ZMQ_MAXMSGSIZE',
    type: 'PULL',
    options: { maxMessageSize: 100 },
    async play(talk) {
      await talk.greet('PUSH');
      talk.say(talk.old.message('x'.repeat(100)));
      await talk.receive();
      talk.say(talk.old.message('x'.repeat(101)));
      await talk.closed();
    },
  },
  ...[255, 0, 4, 8].map((type) => ({
    name: `a peer whose type, ${type}, does not fit or exist`,
    type: 'PULL',
    async play(talk: Talk) {
      await talk.greet(Object.keys(NUMBER).find((name) => NUMBER[name] === type) ?? '');
      talk.say(talk.old.message('taken all the same'));
      await talk.receive();
      await talk.end();
    },
  })),
  {
    name: 'everything at once',
    type: 'DEALER',
    async play(talk) {
      const { old } = talk;
      const hello = old.revision === undefined ? '' : `ff00000000000000007f0${old.revision}05`;
      talk.say(
        Buffer.from(hello, 'hex'),
        old.frame(0, Buffer.from('me')),
        old.message('one'),
        old.message('two', 'three'),
      );
      await talk.receive(2);
      await talk.sendAfterGreeting('four');
      await talk.end();
    },
  },
  {
    name: 'one octet after the other',
    type: 'DEALER',
    async play(talk) {
      const { old } = talk;
      const hello = old.revision === undefined ? '' : `ff00000000000000007f0${old.revision}05`;
      const bytes = Buffer.concat([
        Buffer.from(hello, 'hex'),
        old.frame(0, Buffer.from('me')),
        old.frame(MORE, Buffer.from('one')),
        old.frame(0, Buffer.alloc(300, 'z')),
      ]);
      for (const octet of bytes) {
        talk.say(Buffer.of(octet));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await talk.receive();
      await talk.sendAfterGreeting('two');
      await talk.end();
    },
  },
];

/** What only ZMTP 1.0 without a version can say. */
const UNVERSIONED: readonly Scenario[] = [
  {
    name: 'a greeting with a long length',
    type: 'DEALER',
    async play(talk) {
      talk.say(oldLongHeader(0, 1n), oldMessage('z'));
      await talk.receive();
      await talk.sendAfterGreeting('x');
      await talk.end();
    },
  },
  {
    name: 'a routing id with a long length',
    type: 'ROUTER',
    async play(talk) {
      talk.say(oldLongHeader(0, 3n), Buffer.from('me'), oldMessage('z'));
      await talk.receive();
      await talk.end();
    },
  },
  {
    name: 'a frame of length 0',
    type: 'PULL',
    async play(talk) {
      talk.say(Buffer.from('0100', 'hex'), oldMessage('z'));
      await talk.receive();
      talk.say(Buffer.of(0));
      await talk.closed();
    },
  },
  {
    name: 'a long frame of length 0',
    type: 'PULL',
    async play(talk) {
      talk.say(Buffer.from('0100', 'hex'), oldMessage('z'));
      await talk.receive();
      talk.say(oldLongHeader(0, 0n));
      await talk.closed();
    },
  },
];

describe('older peers are answered as libzmq answers them', () => {
  const peers = new RawPeers();
  let libzmq: LibzmqProcess;
  let ours: Ours;
  let home: string;
  let lastPath = 0;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'rzmq-'));
    libzmq = await LibzmqProcess.start();
    ours = new Ours();
  });

  afterEach(() => peers.close());

  afterAll(async () => {
    await ours.end();
    await libzmq.kill();
    rmSync(home, { recursive: true, force: true });
  });

  const endpoints: Readonly<Record<string, () => string>> = {
    tcp: () => 'tcp://127.0.0.1:0',
    ipc: () => `ipc://${join(home, String(++lastPath))}`,
  };

  async function play(scenario: Scenario, old: Old, side: Side, role: string, transport: string): Promise<string[]> {
    const socket = await side.socket(scenario.type, scenario.options);
    const endpoint = endpoints[transport]!();
    let peer: RawPeer;
    if (role === 'bound') peer = await peers.connect(await socket.bind(endpoint));
    else {
      const listener = await peers.listen(transport === 'ipc' ? endpoint : '');
      await socket.connect(listener.endpoint);
      peer = await listener.accept();
    }
    const talk = new Talk(socket, peer, old);
    await scenario.play(talk);
    return talk.transcript;
  }

  const roles = [
    ['bound', 'tcp'],
    ['connected', 'tcp'],
    ['bound', 'ipc'],
    ['connected', 'ipc'],
  ] as const;

  describe.each(roles)('a %s socket over %s', (role, transport) => {
    for (const old of OLD) {
      it.each([...SCENARIOS, ...(old.revision === undefined ? UNVERSIONED : [])])(
        `ZMTP ${old.name}: $name`,
        async (scenario) => {
          const theirs = await play(scenario, old, libzmq, role, transport);
          expect(theirs.length).toBeGreaterThan(1);
          expect(await play(scenario, old, ours, role, transport)).toEqual(theirs);
        },
      );
    }
  });
});
