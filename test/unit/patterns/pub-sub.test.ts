import { describe, expect, test } from '@jest/globals';
import { errorOf, isCommand, link, received, TestSocket } from './support.js';

function subscribe(sub: TestSocket, topic: string): void {
  sub.pattern.subscribe?.(Buffer.from(topic));
}

function unsubscribe(sub: TestSocket, topic: string): void {
  sub.pattern.unsubscribe?.(Buffer.from(topic));
}

describe('PUB', () => {
  test('does not receive: ENOTSUP; subscriptions work unseen, anything else is dropped', () => {
    const pub = new TestSocket('PUB');
    const end = pub.accept();
    end.deliver('\x01T');
    end.deliver('user', 'message');
    end.deliver('');
    expect(errorOf(() => pub.pattern.recv())).toMatchObject({ code: 'InvalidSocketType', errno: 'ENOTSUP' });
    expect([pub.pattern.readable, pub.pattern.topicsCount]).toEqual([false, 1]);
    pub.send('T1');
    pub.send('U1');
    end.deliver('\x00T');
    pub.send('T2');
    expect(end.texts).toEqual(['T1']);
    expect(pub.drops.toJSON()).toEqual({ unexpected: 2 });
    pub.end(end.pipe);
    expect(pub.pattern.readable).toBe(false);
  });

  test('never waits, with NODROP it does', () => {
    const pub = new TestSocket('PUB', { sendHighWaterMark: 1 });
    const end = pub.accept();
    end.deliver('\x01');
    end.ready = false;
    expect([pub.send('1'), pub.send('2')]).toEqual([true, true]);
    pub.options.noDrop = true;
    expect(pub.send('3')).toBe(false);
    expect(pub.drops.toJSON()).toEqual({ 'high-water-mark': 1 });
  });

  test('under MANUAL nobody is ever subscribed', () => {
    const pub = new TestSocket('PUB', { manual: true });
    pub.accept().deliver('\x01T');
    pub.pattern.subscribe?.(Buffer.from('T'));
    expect(pub.pattern.topicsCount).toBe(0);
  });
});

describe('SUB', () => {
  test('does not send: ENOTSUP', () => {
    const sub = new TestSocket('SUB');
    sub.accept();
    expect(errorOf(() => sub.send('x'))).toMatchObject({ code: 'InvalidSocketType', errno: 'ENOTSUP' });
    expect(sub.pattern.writable).toBe(false);
  });

  test('tells each subscription, repeated ones too, and only the last unsubscription of a topic, as commands', () => {
    const sub = new TestSocket('SUB');
    const end = sub.accept();
    subscribe(sub, '');
    subscribe(sub, 'A');
    subscribe(sub, 'A');
    expect(sub.pattern.topicsCount).toBe(2);
    unsubscribe(sub, 'A');
    expect(end.takeTexts()).toEqual(['\x01', '\x01A', '\x01A']);
    unsubscribe(sub, 'A');
    unsubscribe(sub, 'never');
    unsubscribe(sub, '');
    expect(end.sent.every(isCommand)).toBe(true);
    expect(end.texts).toEqual(['\x00A', '\x00']);
    expect(sub.pattern.topicsCount).toBe(0);
  });

  test('tells a new publisher each topic once, as commands, before anything else', () => {
    const sub = new TestSocket('SUB');
    const pipe = sub.connect();
    for (const topic of ['b', 'a', 'a', '']) subscribe(sub, topic);
    subscribe(sub, 'gone');
    unsubscribe(sub, 'gone');
    const end = sub.join(pipe);
    expect(end.texts).toEqual(['\x01', '\x01a', '\x01b']);
    expect(end.sent.every(isCommand)).toBe(true);
    sub.lose(pipe);
    subscribe(sub, 'c');
    unsubscribe(sub, 'b');
    expect(sub.join(pipe).texts).toEqual(['\x01', '\x01a', '\x01c']);
    expect(sub.accept().texts).toEqual(['\x01', '\x01a', '\x01c']);
  });

  test('loses no subscription to SNDHWM or to an engine that takes nothing yet', () => {
    const sub = new TestSocket('SUB', { sendHighWaterMark: 1 });
    const pipe = sub.connect();
    for (let i = 0; i < 5000; i++) subscribe(sub, `early ${i}`);
    const end = sub.join(pipe, undefined, false);
    for (let i = 0; i < 10; i++) subscribe(sub, `late ${i}`);
    expect(pipe.pending).toBe(0);
    end.open();
    expect(end.sent.length).toBe(5010);
    expect(end.texts.slice(-2)).toEqual(['\x01late 8', '\x01late 9']);
  });

  test('does not repeat to a publisher what that was just told', () => {
    const sub = new TestSocket('SUB');
    const end = sub.accept();
    end.pipe.disconnect();
    end.pipe.connect(end, end.metadata);
    sub.pattern.disconnected(end.pipe);
    subscribe(sub, 'a'); // the new connection is there, and the pattern has not heard of it
    sub.pattern.connected(end.pipe);
    expect(end.texts).toEqual(['\x01a']);
  });

  test('receives from its publishers in turn only what it subscribed to, by the first frame', () => {
    const sub = new TestSocket('SUB');
    const ends = [sub.accept(), sub.accept()];
    subscribe(sub, 'a');
    for (const [i, end] of ends.entries()) {
      end.deliver(`a${i}`, 'b');
      end.deliver(`b${i}`, 'a');
      end.deliver(`aa${i}`);
    }
    expect(sub.pattern.readable).toBe(true);
    expect(sub.recvAll()).toEqual(['a0|b', 'a1|b', 'aa0', 'aa1']);
    expect(sub.drops.toJSON()).toEqual({ 'not-subscribed': 2 });
    ends[0]?.deliver('c');
    expect(sub.pattern.readable).toBe(false);
  });

  test('the filter is that of now, also for a message that readable has found', () => {
    const sub = new TestSocket('SUB');
    const end = sub.accept();
    subscribe(sub, 'a');
    subscribe(sub, 'b');
    end.deliver('a1');
    end.deliver('b1');
    expect(sub.pattern.readable).toBe(true);
    unsubscribe(sub, 'a');
    expect(sub.recvAll()).toEqual(['b1']);
    expect(sub.drops.toJSON()).toEqual({ 'not-subscribed': 1 });
  });

  test('ZMQ_INVERT_MATCHING turns the filter round', () => {
    const sub = new TestSocket('SUB', { invertMatching: true });
    const end = sub.accept();
    end.deliver('a');
    subscribe(sub, 'a');
    for (const text of ['a1', 'b1']) end.deliver(text);
    expect(sub.recvAll()).toEqual(['b1']);
    unsubscribe(sub, 'a');
    end.deliver('a');
    expect(sub.recvAll()).toEqual(['a']);
  });

  test('what a lost publisher had sent stays readable', () => {
    const sub = new TestSocket('SUB');
    subscribe(sub, '');
    const end = sub.accept(undefined, [received(['x'])]);
    sub.end(end.pipe);
    expect(sub.recvAll()).toEqual(['x']);
  });
});

describe('XSUB', () => {
  test('subscribes by message: 01 always goes on, 00 only for the last one, as plain messages', () => {
    const xsub = new TestSocket('XSUB');
    const end = xsub.accept();
    for (const text of ['\x01T', '\x01T', '\x00T', '\x00never', '\x00T']) expect(xsub.send(text)).toBe(true);
    expect(end.texts).toEqual(['\x01T', '\x01T', '\x00T']);
    expect(end.sent.some(isCommand)).toBe(false);
    expect([xsub.pattern.topicsCount, xsub.pattern.writable]).toEqual([0, true]);
    xsub.send(Buffer.from('\x01B'));
    expect(end.texts.at(-1)).toBe('\x01B');
  });

  test('ZMQ_XSUB_VERBOSE_UNSUBSCRIBE: every 00 goes on', () => {
    const xsub = new TestSocket('XSUB', { xsubVerboseUnsubscribe: true });
    const end = xsub.accept();
    for (const text of ['\x01T', '\x01T', '\x00T', '\x00never', '\x00T']) xsub.send(text);
    expect(end.texts).toEqual(['\x01T', '\x01T', '\x00T', '\x00never', '\x00T']);
  });

  test('anything else goes upstream to all publishers, as it is', () => {
    const xsub = new TestSocket('XSUB');
    const ends = [xsub.accept(), xsub.accept()];
    xsub.send('user');
    xsub.send('');
    xsub.send('two', 'frames');
    expect(ends.map((end) => end.texts)).toEqual([
      ['user', '', 'two|frames'],
      ['user', '', 'two|frames'],
    ]);
  });

  test('subscriptions inside a multipart message count, unless ZMQ_ONLY_FIRST_SUBSCRIBE and the first is none', () => {
    const xsub = new TestSocket('XSUB');
    const end = xsub.accept();
    xsub.send('user', '\x01a', 'more');
    expect([end.takeTexts(), xsub.pattern.topicsCount]).toEqual([['\x01a', 'user|more'], 1]);
    xsub.options.onlyFirstSubscribe = true;
    xsub.send('user', '\x01b');
    expect([end.takeTexts(), xsub.pattern.topicsCount]).toEqual([['user|\x01b'], 1]);
    xsub.send('\x01b', '\x01c');
    expect([end.takeTexts(), xsub.pattern.topicsCount]).toEqual([['\x01b', '\x01c'], 3]);
  });

  test('a full publisher loses user messages, and no subscription', () => {
    const xsub = new TestSocket('XSUB', { sendHighWaterMark: 1 });
    const end = xsub.accept();
    end.ready = false;
    for (const text of ['1', '2', '\x01T']) expect(xsub.send(text)).toBe(true);
    end.open();
    xsub.send('3');
    expect(end.texts).toEqual(['\x01T', '1', '3']);
    expect(xsub.drops.toJSON()).toEqual({ 'high-water-mark': 1 });
  });

  test('tells a publisher that comes, or comes again, each topic once; what waited for the lost one is dropped', () => {
    const xsub = new TestSocket('XSUB');
    const pipe = xsub.connect();
    xsub.send('before the first connection');
    for (const text of ['\x01T', '\x01T', '\x01U']) xsub.send(text);
    const end = xsub.join(pipe);
    expect(end.takeTexts()).toEqual(['\x01T', '\x01U', 'before the first connection']);
    end.ready = false;
    xsub.send('for the lost one');
    xsub.send('\x01V');
    xsub.lose(pipe);
    expect(xsub.drops.toJSON()).toEqual({ 'connection-lost': 1 });
    xsub.send('for the next one');
    const next = xsub.join(pipe);
    expect(next.texts).toEqual(['\x01T', '\x01U', '\x01V', 'for the next one']);
    expect(next.sent.slice(0, 3).every(isCommand)).toBe(true);
  });

  test('receives from its publishers in turn, and filters nothing', () => {
    const xsub = new TestSocket('XSUB');
    const ends = [xsub.accept(), xsub.accept()];
    for (const text of ['a', 'b']) for (const [i, end] of ends.entries()) end.deliver(`${text}${i}`);
    expect(xsub.pattern.readable).toBe(true);
    xsub.end((ends[0] as (typeof ends)[0]).pipe);
    expect(xsub.recvAll()).toEqual(['a0', 'a1', 'b0', 'b1']);
    expect(xsub.pattern.readable).toBe(false);
  });
});

test('PUB to SUB, through XSUB and XPUB', () => {
  const [pub, xsub, xpub, sub] = [
    new TestSocket('PUB'),
    new TestSocket('XSUB'),
    new TestSocket('XPUB'),
    new TestSocket('SUB'),
  ];
  link(xsub, pub);
  link(sub, xpub);
  subscribe(sub, 'news');
  for (let message = xpub.pattern.recv(); message !== undefined; message = xpub.pattern.recv())
    xsub.pattern.send(message);
  expect(pub.pattern.topicsCount).toBe(1);
  pub.send('news', 'today');
  pub.send('sports', 'today');
  for (let message = xsub.pattern.recv(); message !== undefined; message = xsub.pattern.recv())
    xpub.pattern.send(message);
  expect(sub.recvAll()).toEqual(['news|today']);
  unsubscribe(sub, 'news');
  xsub.pattern.send(xpub.pattern.recv() ?? []);
  expect(pub.pattern.topicsCount).toBe(0);
});

test('PUB with SNDHWM 3 to SUB with RCVHWM 2: the first 5 of 20 arrive', () => {
  const pub = new TestSocket('PUB', { sendHighWaterMark: 3 });
  const sub = new TestSocket('SUB', { receiveHighWaterMark: 2 });
  link(sub, pub);
  subscribe(sub, '');
  for (let i = 0; i < 20; i++) pub.send(String(i));
  expect(sub.recvAll()).toEqual(['0', '1', '2', '3', '4']);
  expect(pub.drops.toJSON()).toEqual({ 'high-water-mark': 15 });
});
