import { expect, test } from '@jest/globals';
import { link, TestSocket, textOf } from './support.js';

test('sends in turn and receives in turn, and adds nothing', () => {
  const dealer = new TestSocket('DEALER');
  const ends = [dealer.accept(), dealer.accept()];
  for (const text of ['a', 'b', 'c']) expect(dealer.send('', text)).toBe(true);
  expect(ends.map((end) => end.texts)).toEqual([['|a', '|c'], ['|b']]);
  for (const round of ['x', 'y']) for (const [i, end] of ends.entries()) end.deliver('', `${round}${i}`);
  expect(dealer.pattern.readable).toBe(true);
  expect(dealer.recvAll()).toEqual(['|x0', '|x1', '|y0', '|y1']);
  expect(dealer.pattern.readable).toBe(false);
});

test('waits without a peer and at SNDHWM', () => {
  const dealer = new TestSocket('DEALER', { sendHighWaterMark: 2 });
  expect([dealer.send('x'), dealer.pattern.writable]).toEqual([false, false]);
  const pipe = dealer.connect();
  expect([dealer.send('a'), dealer.send('b'), dealer.send('c')]).toEqual([true, true, false]);
  expect(dealer.join(pipe).texts).toEqual(['a', 'b']);
  expect(dealer.pattern.writable).toBe(true);
});

test('an ended peer is read to its end and written no more', () => {
  const dealer = new TestSocket('DEALER');
  const end = dealer.accept();
  end.deliver('last');
  dealer.end(end.pipe);
  expect(dealer.send('x')).toBe(false);
  expect(dealer.recvAll()).toEqual(['last']);
});

test('probes each new connection first of all, with an empty message, under ZMQ_PROBE_ROUTER', () => {
  const dealer = new TestSocket('DEALER', { probeRouter: true });
  const pipe = dealer.connect();
  dealer.send('queued');
  const end = dealer.join(pipe);
  expect(end.texts).toEqual(['', 'queued']);
  dealer.lose(pipe);
  expect(dealer.join(pipe).texts).toEqual(['']);
  expect(dealer.accept().texts).toEqual(['']);
  dealer.options.probeRouter = false;
  expect(dealer.accept().texts).toEqual([]);
});

test('a probe waits for an engine that takes nothing yet, ahead of everything else', () => {
  const dealer = new TestSocket('DEALER', { probeRouter: true });
  const pipe = dealer.connect();
  dealer.send('queued');
  const end = dealer.join(pipe, undefined, false);
  end.open();
  expect(end.texts).toEqual(['', 'queued']);
});

test('talks to a REP when the application sends the empty frame itself', () => {
  const dealer = new TestSocket('DEALER');
  const rep = new TestSocket('REP');
  link(dealer, rep);
  dealer.send('', 'question');
  expect(rep.recvText()).toBe('question');
  rep.send('answer');
  expect(textOf(dealer.pattern.recv())).toBe('|answer');
});
