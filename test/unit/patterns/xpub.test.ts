import { describe, expect, test } from '@jest/globals';
import { Msg, MsgFlags } from '../../../src/core/msg.js';
import type { SocketOptionValues } from '../../../src/core/options/values.js';
import { errorOf, type FarEnd, isCommand, metadataOf, moreOf, TestSocket } from './support.js';

const MODES: Record<string, Partial<SocketOptionValues>> = {
  default: {},
  VERBOSE: { xpubVerbose: true },
  VERBOSER: { xpubVerbose: true, xpubVerboser: true },
  MANUAL: { manual: true },
};

/** What happens, and in which modes the application hears of it, in the order of MODES. */
const CELLS: [event: string, notification: string, heard: string, act: (xpub: TestSocket) => void][] = [
  [
    'first subscription to a topic',
    '\x01T',
    'yes yes yes yes',
    (xpub) => {
      xpub.accept().deliver('\x01T');
    },
  ],
  [
    'further subscription of the same peer',
    '\x01T',
    'no yes yes yes',
    (xpub) => {
      const end = subscriber(xpub, 'T');
      end.deliver('\x01T');
    },
  ],
  [
    'further subscription of another peer',
    '\x01T',
    'no yes yes yes',
    (xpub) => {
      subscriber(xpub, 'T');
      xpub.accept().deliver('\x01T');
    },
  ],
  [
    'unsubscription while others remain',
    '\x00T',
    'no no yes yes',
    (xpub) => {
      subscriber(xpub, 'T');
      subscriber(xpub, 'T').deliver('\x00T');
    },
  ],
  [
    'unsubscription by one who has not the topic, while others remain',
    '\x00T',
    'no no yes yes',
    (xpub) => {
      subscriber(xpub, 'T');
      xpub.accept().deliver('\x00T');
    },
  ],
  [
    'last unsubscription',
    '\x00T',
    'yes yes yes yes',
    (xpub) => {
      subscriber(xpub, 'T').deliver('\x00T');
    },
  ],
  [
    'unsubscription of a topic that nobody has',
    '\x00T',
    'yes yes yes yes',
    (xpub) => {
      subscriber(xpub, 'other').deliver('\x00T');
    },
  ],
  [
    'loss of a peer whose topic nobody else has',
    '\x00T',
    'yes yes yes yes',
    (xpub) => {
      xpub.end(subscriber(xpub, 'T').pipe);
    },
  ],
  [
    'loss of a peer whose topic others have',
    '\x00T',
    'no no yes yes',
    (xpub) => {
      subscriber(xpub, 'T');
      xpub.end(subscriber(xpub, 'T').pipe);
    },
  ],
  [
    'another message',
    'user|\x02|',
    'yes yes yes yes',
    (xpub) => {
      xpub.accept().deliver('user', '\x02', '');
    },
  ],
  [
    'an empty message',
    '',
    'yes yes yes yes',
    (xpub) => {
      xpub.accept().deliver('');
    },
  ],
];

/** A peer that subscribed; the application has read about it. */
function subscriber(xpub: TestSocket, ...topics: string[]): FarEnd {
  const end = xpub.accept();
  for (const topic of topics) end.deliver(`\x01${topic}`);
  xpub.recvAll();
  return end;
}

describe('what the application hears', () => {
  for (const [event, notification, heard, act] of CELLS) {
    test.each(Object.entries(MODES).map(([mode, options], i) => [mode, heard.split(' ')[i], options] as const))(
      `${event}, %s: %s`,
      (_, expected, options) => {
        const xpub = new TestSocket('XPUB', options);
        act(xpub);
        const heardNow = xpub.pattern.readable;
        expect(xpub.recvAll()).toEqual(expected === 'yes' ? [notification] : []);
        expect([heardNow, xpub.pattern.readable]).toEqual([expected === 'yes', false]);
      },
    );
  }

  test('one unsubscription removes what was subscribed twice', () => {
    const xpub = new TestSocket('XPUB');
    const end = subscriber(xpub, 'T', 'T');
    end.deliver('\x00T');
    xpub.send('T');
    expect([xpub.recvAll(), end.texts]).toEqual([['\x00T'], []]);
  });

  test('the loss of a peer tells each of its topics once', () => {
    const xpub = new TestSocket('XPUB');
    xpub.end(subscriber(xpub, 'a', 'b', 'a', '').pipe);
    expect(xpub.recvAll()).toEqual(['\x00a', '\x00b', '\x00']);
    expect(xpub.pattern.topicsCount).toBe(0);
  });

  test('manual: the loss of a peer tells what it had asked for, not what the application gave it', () => {
    const xpub = new TestSocket('XPUB', { manual: true });
    const end = xpub.accept();
    end.deliver('\x01asked');
    end.deliver('\x01given up');
    end.deliver('\x00given up');
    xpub.recvAll();
    xpub.pattern.subscribe?.(Buffer.from('given'));
    xpub.end(end.pipe);
    expect(xpub.recvAll()).toEqual(['\x00asked']);
    expect(xpub.pattern.topicsCount).toBe(0);
  });

  test('carries what is known of the peer, except when that is lost', () => {
    const xpub = new TestSocket('XPUB');
    const metadata = metadataOf('', 'SUB');
    const end = xpub.accept(metadata);
    end.deliver('\x01T');
    xpub.end(end.pipe);
    expect(xpub.pattern.recv()?.[0]?.metadata).toBe(metadata);
    expect(xpub.pattern.recv()?.[0]?.metadata).toBeUndefined();
  });

  test('is a frame of its own: no flags, and no read buffer kept', () => {
    const xpub = new TestSocket('XPUB');
    const buffer = Buffer.from('....\x01T....');
    xpub.accept().pipe.deliver([new Msg(buffer, MsgFlags.COMMAND, 4, 2, undefined)]);
    const [frame] = xpub.pattern.recv() as [Msg];
    buffer.fill(0);
    expect([frame.toString('latin1'), frame.flags]).toEqual(['\x01T', 0]);
  });

  test('is bounded for an application that never reads: the oldest go, and are counted', () => {
    const xpub = new TestSocket('XPUB', { xpubVerbose: true });
    const end = xpub.accept();
    for (let i = 0; i < 100_010; i++) end.deliver(`\x01${i % 3}`);
    expect(xpub.drops.toJSON()).toEqual({ unread: 10 });
    expect(xpub.recvText()).toBe('\x011');
    const big = new TestSocket('XPUB');
    const bigEnd = big.accept();
    for (let i = 0; i < 70; i++) bigEnd.deliver(Buffer.alloc(1 << 20, 'x'));
    expect(big.drops.toJSON()).toEqual({ unread: 6 });
  });

  test('does not hold up a peer at RCVHWM', () => {
    const xpub = new TestSocket('XPUB', { receiveHighWaterMark: 2 });
    const end = xpub.accept();
    for (let i = 0; i < 10; i++) expect(end.deliver(`\x01${i}`)).toBe(true);
    expect(xpub.pattern.topicsCount).toBe(10);
  });
});

describe('multipart messages from a subscriber', () => {
  test('each frame that looks like a subscription is one; the rest stays one message', () => {
    const xpub = new TestSocket('XPUB');
    const end = xpub.accept();
    end.deliver('user', '\x01a', 'more', '\x01b');
    end.deliver('\x01c', '\x00a');
    const messages = [xpub.pattern.recv(), xpub.pattern.recv(), xpub.pattern.recv()];
    expect(messages.map((message) => message?.map(String))).toEqual([['\x01a'], ['\x01b'], ['user', 'more']]);
    expect(messages.map(moreOf)).toEqual([[false], [false], [true, false]]);
    expect(xpub.recvAll()).toEqual(['\x01c', '\x00a']);
    expect(xpub.pattern.topicsCount).toBe(2);
  });

  test('ZMQ_ONLY_FIRST_SUBSCRIBE: only if the first frame is one', () => {
    const xpub = new TestSocket('XPUB', { onlyFirstSubscribe: true });
    const end = xpub.accept();
    end.deliver('user', '\x01a');
    expect([xpub.recvAll(), xpub.pattern.topicsCount]).toEqual([['user|\x01a'], 0]);
    end.deliver('\x01b', '\x01c', 'user');
    expect([xpub.recvAll(), xpub.pattern.topicsCount]).toEqual([['\x01b', '\x01c', 'user'], 2]);
  });
});

describe('manual subscriptions', () => {
  test('nothing is added by itself; subscribe is about the peer of the message received last', () => {
    const xpub = new TestSocket('XPUB', { manual: true });
    const [one, two] = [xpub.accept(), xpub.accept()];
    one.deliver('\x01a');
    two.deliver('\x01b');
    xpub.send('a1');
    xpub.recvText();
    xpub.pattern.subscribe?.(Buffer.from('a'));
    xpub.pattern.subscribe?.(Buffer.from('x'));
    xpub.recvText();
    xpub.pattern.subscribe?.(Buffer.from('X'));
    for (const text of ['a2', 'x', 'b', 'X']) xpub.send(text);
    expect([one.texts, two.texts]).toEqual([['a2', 'x'], ['X']]);
    xpub.pattern.unsubscribe?.(Buffer.from('X'));
    xpub.pattern.unsubscribe?.(Buffer.from('never there'));
    one.deliver('\x00a');
    xpub.recvText();
    for (const text of ['a3', 'X']) xpub.send(text);
    expect([one.texts, two.texts]).toEqual([['a2', 'x', 'a3'], ['X']]);
    xpub.pattern.unsubscribe?.(Buffer.from('a'));
    xpub.send('a4');
    expect(one.texts).toEqual(['a2', 'x', 'a3']);
  });

  test('do nothing before a message, after a peer’s loss, and for the message that tells of a loss', () => {
    const xpub = new TestSocket('XPUB', { manual: true });
    xpub.pattern.subscribe?.(Buffer.from('a'));
    const end = xpub.accept();
    end.deliver('\x01a');
    xpub.recvText();
    xpub.end(end.pipe);
    xpub.pattern.subscribe?.(Buffer.from('a'));
    expect(xpub.recvText()).toBe('\x00a');
    xpub.pattern.subscribe?.(Buffer.from('a'));
    xpub.pattern.unsubscribe?.(Buffer.from('a'));
    expect(xpub.pattern.topicsCount).toBe(0);
  });

  test('need the option: EINVAL', () => {
    const xpub = new TestSocket('XPUB');
    expect(errorOf(() => xpub.pattern.subscribe?.(Buffer.from('a')))).toMatchObject({
      code: 'InvalidOption',
      errno: 'EINVAL',
    });
    expect(errorOf(() => xpub.pattern.unsubscribe?.(Buffer.from('a'))).errno).toBe('EINVAL');
  });
});

describe('sending', () => {
  test('goes to those who subscribed to the beginning of the first frame, once to each', () => {
    const xpub = new TestSocket('XPUB');
    const all = subscriber(xpub, '');
    const news = subscriber(xpub, 'news', 'news.eu', 'n');
    const none = xpub.accept();
    xpub.send('news.eu.berlin', 'body');
    xpub.send('sports', 'news');
    xpub.send('new');
    expect([all.texts, news.texts, none.texts]).toEqual([
      ['news.eu.berlin|body', 'sports|news', 'new'],
      ['news.eu.berlin|body', 'new'],
      [],
    ]);
    expect(xpub.drops.toJSON()).toEqual({});
  });

  test('matches bytes: of text, of byte arrays, and of messages that were received', () => {
    const xpub = new TestSocket('XPUB');
    const end = subscriber(xpub, 'caf');
    xpub.accept().deliver(Buffer.concat([Buffer.from([1]), Buffer.from('é')]));
    xpub.send(new Uint8Array([0x63, 0x61, 0x66, 0xc3]));
    xpub.send('café');
    xpub.send(new Msg(Buffer.from('....cafe....'), 0, 4, 4, undefined));
    xpub.send(new Msg(Buffer.from('....caf.....'), 0, 4, 2, undefined));
    expect(end.texts).toEqual(['caf\xc3', 'caf\xc3\xa9', 'cafe']);
  });

  test('text is encoded once for all of its receivers', () => {
    const xpub = new TestSocket('XPUB');
    const [one, two] = [subscriber(xpub, 'T'), subscriber(xpub, 'T')];
    xpub.send('Topic');
    xpub.send('Topic', 'body', Buffer.from('x'));
    const bytes = [Buffer.from('Topic'), Buffer.from('body')];
    xpub.pattern.send(bytes);
    expect(one.texts).toEqual(['Topic', 'Topic|body|x', 'Topic|body']);
    expect(one.sent[2]).toBe(bytes);
    expect(Buffer.isBuffer(one.sent[0])).toBe(true);
    expect((one.sent[1] as unknown[]).every(Buffer.isBuffer)).toBe(true);
    for (const message of [0, 1]) expect(one.sent[message]).toBe(two.sent[message]);
  });

  test('without subscribers, or without matching ones, is no loss', () => {
    const xpub = new TestSocket('XPUB');
    expect(xpub.send('x')).toBe(true);
    subscriber(xpub, 'y');
    expect([xpub.send('x'), xpub.pattern.writable]).toEqual([true, true]);
    expect(xpub.drops.toJSON()).toEqual({});
  });

  test('a full subscriber loses whole messages until it is half empty; the others lose nothing', () => {
    const xpub = new TestSocket('XPUB', { sendHighWaterMark: 2 });
    const [slow, fast] = [subscriber(xpub, ''), subscriber(xpub, '')];
    slow.ready = false;
    for (const text of ['1', '2', '3', '4']) expect(xpub.send(text, 'x')).toBe(true);
    expect(xpub.pattern.writable).toBe(true);
    slow.open();
    xpub.send('5');
    expect([slow.texts, fast.texts]).toEqual([
      ['1|x', '2|x', '5'],
      ['1|x', '2|x', '3|x', '4|x', '5'],
    ]);
    expect(xpub.drops.toJSON()).toEqual({ 'high-water-mark': 2 });
  });

  test('ZMQ_XPUB_NODROP: waits for every matching subscriber, and sends to none before', () => {
    const xpub = new TestSocket('XPUB', { sendHighWaterMark: 1, noDrop: true });
    const [slow, fast] = [subscriber(xpub, 'a'), subscriber(xpub, '')];
    slow.ready = false;
    expect([xpub.send('a1'), xpub.send('a2'), xpub.send('b')]).toEqual([true, false, true]);
    expect(fast.texts).toEqual(['a1', 'b']);
    xpub.onWriteEdge = () => expect(xpub.send('a2')).toBe(true);
    slow.open();
    expect([xpub.writeEdges, slow.texts, fast.texts]).toEqual([1, ['a1', 'a2'], ['a1', 'b', 'a2']]);
    slow.ready = false;
    xpub.send('a3');
    expect(xpub.send('a4')).toBe(false);
    xpub.end(slow.pipe);
    expect(xpub.send('a4')).toBe(true);
    expect(xpub.drops.toJSON()).toEqual({});
  });

  test('a subscriber that lost a message before NODROP was set is waited for like the others', () => {
    const xpub = new TestSocket('XPUB', { sendHighWaterMark: 1 });
    const end = subscriber(xpub, '');
    end.ready = false;
    xpub.send('1');
    xpub.send('lost');
    xpub.options.noDrop = true;
    expect(xpub.send('2')).toBe(false);
    end.open();
    expect(xpub.send('2')).toBe(true);
    expect(end.texts).toEqual(['1', '2']);
  });

  test('ZMQ_INVERT_MATCHING: goes to those with no matching topic, and everything to those without topics', () => {
    const xpub = new TestSocket('XPUB', { invertMatching: true });
    const [a, ab, none] = [subscriber(xpub, 'a'), subscriber(xpub, 'a', 'b'), xpub.accept()];
    for (const text of ['a1', 'b1', 'c1']) xpub.send(text);
    expect([a.texts, ab.texts, none.texts]).toEqual([['b1', 'c1'], ['c1'], ['a1', 'b1', 'c1']]);
  });

  test('a connecting XPUB keeps the subscriptions, and the queue, over a lost connection', () => {
    const xpub = new TestSocket('XPUB');
    const pipe = xpub.connect();
    xpub.join(pipe).deliver('\x01T');
    xpub.lose(pipe);
    expect([xpub.recvAll(), xpub.pattern.topicsCount]).toEqual([['\x01T'], 1]);
    xpub.send('T1');
    expect(xpub.join(pipe).texts).toEqual(['T1']);
  });

  test('topics of 100 KB, and thousands of them', () => {
    const xpub = new TestSocket('XPUB');
    const end = xpub.accept();
    const topic = 'x'.repeat(100_000);
    end.deliver(`\x01${topic}`);
    for (let i = 0; i < 10_000; i++) end.deliver(`\x01topic ${i}`);
    expect(xpub.pattern.topicsCount).toBe(10_001);
    xpub.send(topic.slice(1));
    xpub.send(`${topic}!`);
    xpub.send('topic 777');
    expect(end.texts.map((text) => text.length)).toEqual([100_001, 9]);
    xpub.end(end.pipe);
    expect(xpub.pattern.topicsCount).toBe(0);
  });

  test('thousands of subscribers come and go', () => {
    const xpub = new TestSocket('XPUB');
    const ends = Array.from({ length: 3000 }, (_, i) => subscriber(xpub, 'all', String(i)));
    xpub.send('all of you');
    for (const end of ends) if (end.texts.length !== 1) throw new Error('missed');
    for (const end of ends.slice(1)) xpub.end(end.pipe);
    xpub.send('all who are left');
    expect(ends[0]?.texts).toEqual(['all of you', 'all who are left']);
    expect(xpub.pattern.topicsCount).toBe(2);
  });
});

test('ZMQ_XPUB_WELCOME_MSG is the first message to every new peer, whatever it subscribed to', () => {
  const xpub = new TestSocket('XPUB', { welcomeMessage: Buffer.from('welcome') });
  const pipe = xpub.connect();
  const end = xpub.join(pipe);
  end.deliver('\x01T');
  xpub.send('T');
  expect(end.texts).toEqual(['welcome', 'T']);
  expect(isCommand(end.sent[0])).toBe(false);
  xpub.lose(pipe);
  xpub.send('T');
  expect(xpub.join(pipe).texts).toEqual(['welcome', 'T']);
  xpub.options.welcomeMessage = null;
  expect(xpub.accept().texts).toEqual([]);
});

describe('a subscriber that says much (SUBSCRIPTIONS_PER_TURN)', () => {
  const LIMIT = 1024;

  test('is not read beyond that until the event loop has turned, and loses nothing', () => {
    const xpub = new TestSocket('XPUB');
    const end = subscriber(xpub, 'first');
    for (let round = 0; round < 3; round++) {
      let said = round === 0 ? 1 : 0;
      while (end.deliver(`\x01${round}.${said++}`));
      expect([said, xpub.later.length, end.resumed]).toEqual([LIMIT, 1, round]);
      // Others are heard meanwhile.
      subscriber(xpub, `other ${round}`);
      expect(xpub.pattern.topicsCount).toBe((round + 1) * (LIMIT + 1));
      xpub.turn();
      expect(end.resumed).toBe(round + 1);
    }
  });

  test('may go away meanwhile', () => {
    const xpub = new TestSocket('XPUB');
    const end = subscriber(xpub);
    while (end.deliver('\x01a'));
    xpub.end(end.pipe);
    xpub.turn();
    expect([end.resumed, xpub.pattern.topicsCount]).toEqual([0, 0]);
  });

  test('and a new high-water mark does not let it go on earlier', () => {
    const xpub = new TestSocket('XPUB');
    const end = subscriber(xpub);
    while (end.deliver('\x01a'));
    end.pipe.setLimits({ sendHighWaterMark: 0, receiveHighWaterMark: 0 });
    expect(end.resumed).toBe(0);
    xpub.turn();
    expect(end.resumed).toBe(1);
  });
});

describe('MAX_SUBSCRIPTIONS', () => {
  test('ends the connection of who asks for one topic more, and not of who repeats itself or takes back', () => {
    const xpub = new TestSocket('XPUB', { maxSubscriptions: 3 });
    const end = subscriber(xpub, 'a', 'b', 'c', 'a', 'b');
    end.deliver('\x00b');
    end.deliver('\x01d');
    expect(end.failure).toBeUndefined();
    end.deliver('\x01e');
    expect([end.failure?.code, end.failure?.fatal]).toEqual(['ResourceLimitReached', true]);
  });

  test('means 256 octets for each topic, whoever decides about them', () => {
    for (const manual of [false, true]) {
      const xpub = new TestSocket('XPUB', { maxSubscriptions: 4, manual });
      const end = subscriber(xpub, 'x'.repeat(1024));
      end.deliver(`\x00${'x'.repeat(1024)}`);
      end.deliver(`\x01${'y'.repeat(1024)}`);
      expect(end.failure).toBeUndefined();
      end.deliver('\x01z');
      expect(end.failure?.code).toBe('ResourceLimitReached');
    }
  });

  test('-1 is no limit', () => {
    const xpub = new TestSocket('XPUB', { maxSubscriptions: -1 });
    const end = subscriber(xpub);
    for (let i = 0; i < 1000; i++) end.deliver(`\x01${i}${'x'.repeat(1000)}`);
    expect([end.failure, xpub.pattern.topicsCount]).toEqual([undefined, 1000]);
  });
});
