import { describe, expect, test } from '@jest/globals';
import { errorOf, link, metadataOf, moreOf, TestSocket, textOf } from './support.js';

describe('the two states', () => {
  test('receive, send, receive, send', () => {
    const rep = new TestSocket('REP');
    const end = rep.accept();
    end.deliver('', 'q1');
    end.deliver('', 'q2');
    for (const round of ['1', '2']) {
      expect([rep.pattern.writable, rep.pattern.readable]).toEqual([false, true]);
      expect(rep.recvText()).toBe(`q${round}`);
      expect([rep.pattern.writable, rep.pattern.readable]).toEqual([true, false]);
      expect(rep.send(`a${round}`)).toBe(true);
    }
    expect(end.texts).toEqual(['|a1', '|a2']);
    expect(rep.pattern.recv()).toBeUndefined();
    expect([rep.pattern.writable, rep.pattern.readable]).toEqual([false, false]);
  });

  test('send first, and recv twice: EFSM', () => {
    const rep = new TestSocket('REP');
    const end = rep.accept();
    expect(errorOf(() => rep.send('x'))).toMatchObject({ code: 'InvalidState', errno: 'EFSM' });
    end.deliver('', 'q1');
    end.deliver('', 'q2');
    rep.recvText();
    expect(errorOf(() => rep.pattern.recv())).toMatchObject({ code: 'InvalidState', errno: 'EFSM' });
    expect(rep.send('a1')).toBe(true);
    expect(errorOf(() => rep.send('a1 again')).code).toBe('InvalidState');
  });

  test('a recv that finds nothing leaves it receiving', () => {
    const rep = new TestSocket('REP');
    expect([rep.pattern.recv(), rep.pattern.recv()]).toEqual([undefined, undefined]);
    expect(errorOf(() => rep.send('x')).code).toBe('InvalidState');
  });
});

test('takes requests from its peers in turn, and replies to the one that asked', () => {
  const rep = new TestSocket('REP');
  const ends = [rep.accept(), rep.accept()];
  for (const round of ['1', '2']) for (const [i, end] of ends.entries()) end.deliver('', `${i}q${round}`);
  const order: string[] = [];
  for (let i = 0; i < 4; i++) {
    const request = rep.recvText();
    order.push(request);
    rep.send(`reply to ${request}`);
  }
  expect(order).toEqual(['0q1', '1q1', '0q2', '1q2']);
  expect(ends.map((end) => end.texts)).toEqual([
    ['|reply to 0q1', '|reply to 0q2'],
    ['|reply to 1q1', '|reply to 1q2'],
  ]);
});

test('strips any number of address frames, and puts them before the reply', () => {
  const rep = new TestSocket('REP');
  const end = rep.accept();
  end.deliver('far', 'near', '', 'a', '', 'b');
  const request = rep.pattern.recv();
  expect([textOf(request), moreOf(request)]).toEqual(['a||b', [true, true, false]]);
  rep.send('x', 'y');
  expect(end.texts).toEqual(['far|near||x|y']);
});

test.each([[['body']], [['a', 'b']], [['']], [['a', '']]])(
  'a message that is no request (%j) is discarded',
  (frames) => {
    const rep = new TestSocket('REP');
    const end = rep.accept();
    end.deliver(...frames);
    expect(rep.pattern.readable).toBe(false);
    expect(rep.pattern.recv()).toBeUndefined();
    end.deliver(...frames);
    end.deliver('', 'good');
    expect(rep.recvText()).toBe('good');
    expect(end.failure).toBeUndefined();
    expect(rep.drops.toJSON()).toEqual({ unexpected: 2 });
  },
);

describe('a reply that has nowhere to go is dropped, and the state changes all the same', () => {
  test('the peer has ended', () => {
    const rep = new TestSocket('REP');
    const end = rep.accept();
    end.deliver('', 'q');
    rep.recvText();
    rep.end(end.pipe);
    expect([rep.pattern.writable, rep.send('a'), rep.pattern.writable]).toEqual([true, true, false]);
    expect(rep.drops.toJSON()).toEqual({ 'no-route': 1 });
  });

  test('the peer is full', () => {
    const rep = new TestSocket('REP', { sendHighWaterMark: 1 });
    const end = rep.accept();
    end.ready = false;
    for (const text of ['1', '2']) {
      end.deliver('', text);
      rep.recvText();
      expect(rep.send(text)).toBe(true);
    }
    end.open();
    expect(end.texts).toEqual(['|1']);
    expect(rep.drops.toJSON()).toEqual({ 'high-water-mark': 1 });
  });

  test('the request was on a connection that a connecting REP has lost, also if there is a new one', () => {
    const rep = new TestSocket('REP');
    const pipe = rep.connect();
    rep.join(pipe).deliver('', 'q1');
    rep.recvText();
    rep.lose(pipe);
    rep.send('a1');
    const next = rep.join(pipe);
    next.deliver('', 'q2');
    expect(rep.pattern.readable).toBe(true);
    rep.lose(pipe);
    const last = rep.join(pipe);
    expect(rep.recvText()).toBe('q2');
    rep.send('a2');
    expect([next.texts, last.texts]).toEqual([[], []]);
    expect(rep.drops.toJSON()).toEqual({ 'no-route': 2 });
  });
});

test('what a lost peer had asked stays readable', () => {
  const rep = new TestSocket('REP');
  const end = rep.accept();
  end.deliver('', 'q');
  rep.end(end.pipe);
  expect(rep.recvText()).toBe('q');
});

test('as a ROUTER, it ignores a second peer with the same id, or hands the id over', () => {
  const rep = new TestSocket('REP');
  const [first, second] = [rep.accept(metadataOf('same')), rep.accept(metadataOf('same'))];
  second.deliver('', 'unheard');
  expect(rep.pattern.readable).toBe(false);
  rep.options.handover = true;
  const third = rep.accept(metadataOf('same'));
  expect(first.failure?.code).toBe('ConnectionClosed');
  third.deliver('', 'heard');
  expect(rep.recvText()).toBe('heard');
});

test('talks to a REQ through a ROUTER and a DEALER', () => {
  const [req, router, dealer, rep] = [
    new TestSocket('REQ', { correlate: true }),
    new TestSocket('ROUTER'),
    new TestSocket('DEALER'),
    new TestSocket('REP'),
  ];
  link(req, router);
  link(dealer, rep);
  req.send('question', 'two');
  dealer.pattern.send(router.pattern.recv() ?? []);
  expect(rep.recvText()).toBe('question|two');
  rep.send('answer');
  router.pattern.send(dealer.pattern.recv() ?? []);
  expect(req.recvText()).toBe('answer');
});

test('ZMQ_PROBE_ROUTER sends an empty message on each new connection', () => {
  expect(new TestSocket('REP', { probeRouter: true }).accept().texts).toEqual(['']);
});
