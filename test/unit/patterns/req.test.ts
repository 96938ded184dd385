import { describe, expect, test } from '@jest/globals';
import { frameBytes } from '../../../src/core/msg.js';
import { errorOf, type FarEnd, link, moreOf, SeededRandom, TestSocket, textOf } from './support.js';

/** The request id in what was sent last, as latin1 text. */
function lastRequestId(end: FarEnd): string {
  const message = end.sent.at(-1) as Buffer[];
  return frameBytes(message[0] as Buffer).toString('latin1');
}

describe('the two states', () => {
  test('send, receive, send, receive', () => {
    const req = new TestSocket('REQ');
    const end = req.accept();
    for (const round of ['1', '2', '3']) {
      expect([req.pattern.writable, req.pattern.readable]).toEqual([true, false]);
      expect(req.send(`q${round}`)).toBe(true);
      expect([req.pattern.writable, req.pattern.readable]).toEqual([false, false]);
      expect(req.pattern.recv()).toBeUndefined();
      end.deliver('', `a${round}`);
      expect([req.pattern.writable, req.pattern.readable]).toEqual([false, true]);
      expect(req.recvText()).toBe(`a${round}`);
    }
    expect(end.texts).toEqual(['|q1', '|q2', '|q3']);
  });

  test('recv before send: EFSM', () => {
    const req = new TestSocket('REQ');
    req.accept().deliver('', 'unasked');
    expect(req.pattern.readable).toBe(false);
    expect(errorOf(() => req.pattern.recv())).toMatchObject({ code: 'InvalidState', errno: 'EFSM' });
  });

  test('send before the reply: EFSM', () => {
    const req = new TestSocket('REQ');
    const end = req.accept();
    req.send('a');
    expect(errorOf(() => req.send('b'))).toMatchObject({ code: 'InvalidState', errno: 'EFSM' });
    expect(end.texts).toEqual(['|a']);
  });

  test('a refused send changes nothing', () => {
    const req = new TestSocket('REQ', { sendHighWaterMark: 1 });
    expect([req.send('x'), req.pattern.writable]).toEqual([false, false]);
    expect(errorOf(() => req.pattern.recv()).code).toBe('InvalidState');
    req.accept();
    expect(req.send('x')).toBe(true);
  });

  test('a peer that is full at the last moment changes nothing either', () => {
    const req = new TestSocket('REQ', { sendHighWaterMark: 1 });
    const end = req.accept();
    end.unsent = 1;
    let flushes = 0;
    end.onFlush = () => {
      end.ready = ++flushes < 2;
    };
    expect(req.send('x')).toBe(false);
    expect(errorOf(() => req.pattern.recv()).code).toBe('InvalidState');
    end.unsent = 0;
    end.open();
    expect([req.writeEdges, req.pattern.writable, req.send('x')]).toEqual([1, true, true]);
  });

  test('multipart requests and replies keep their frames and flags', () => {
    const req = new TestSocket('REQ');
    const end = req.accept();
    req.send('a', '', 'c');
    expect(end.texts).toEqual(['|a||c']);
    end.deliver('', 'x', '', 'z');
    const reply = req.pattern.recv();
    expect([textOf(reply), moreOf(reply)]).toEqual(['x||z', [true, true, false]]);
  });

  test('requests go to the peers in turn', () => {
    const req = new TestSocket('REQ');
    const ends = [req.accept(), req.accept()];
    for (const text of ['1', '2', '3']) {
      req.send(text);
      for (const end of ends) if (end.texts.at(-1) === `|${text}`) end.deliver('', text);
      expect(req.recvText()).toBe(text);
    }
    expect(ends.map((end) => end.texts)).toEqual([['|1', '|3'], ['|2']]);
  });

  test('a request may wait for a peer that is not there yet', () => {
    const req = new TestSocket('REQ');
    const pipe = req.connect();
    req.send('early');
    const end = req.join(pipe);
    expect(end.texts).toEqual(['|early']);
    end.deliver('', 'late');
    expect(req.recvText()).toBe('late');
  });

  test('a reply that is here before send returns is received', () => {
    const [req, rep] = [new TestSocket('REQ'), new TestSocket('REP')];
    link(req, rep);
    rep.onReadEdge = () => {
      rep.recvText();
      rep.send('at once');
    };
    req.send('q');
    expect(req.recvText()).toBe('at once');
  });
});

describe('whose reply counts', () => {
  test('what came before the request is discarded, also the reply that readable had found', () => {
    const req = new TestSocket('REQ', { relaxed: true });
    const [one, two] = [req.accept(), req.accept()];
    one.deliver('', 'before');
    two.deliver('', 'before');
    req.send('q1');
    one.deliver('', 'a1');
    expect(req.pattern.readable).toBe(true);
    req.send('q2');
    expect(req.pattern.readable).toBe(false);
    expect(req.drops.toJSON()).toEqual({ unexpected: 3 });
    two.deliver('', 'a2');
    expect(req.recvText()).toBe('a2');
  });

  test('only the asked peer may reply', () => {
    const req = new TestSocket('REQ');
    const [one, two] = [req.accept(), req.accept()];
    req.send('q');
    two.deliver('', 'not asked');
    expect([req.pattern.readable, req.pattern.recv()]).toEqual([false, undefined]);
    one.deliver('', 'asked');
    expect(req.recvText()).toBe('asked');
    expect(req.drops.toJSON()).toEqual({ unexpected: 1 });
  });

  test('when the asked peer ends, its reply still counts if it is here already', () => {
    const req = new TestSocket('REQ');
    const end = req.accept();
    req.send('q');
    end.deliver('', 'last words');
    req.end(end.pipe);
    expect(req.recvText()).toBe('last words');
  });

  test('when the asked peer ends, nothing is sent again, the state stays, and anybody’s reply would count', () => {
    const req = new TestSocket('REQ');
    const [one, two] = [req.accept(), req.accept()];
    req.send('q');
    req.end(one.pipe);
    expect([req.pattern.writable, req.pattern.recv(), two.texts]).toEqual([false, undefined, []]);
    expect(errorOf(() => req.send('again')).code).toBe('InvalidState');
    two.deliver('', 'helpful');
    expect(req.recvText()).toBe('helpful');
  });

  test('a connecting REQ keeps waiting over a reconnection of the peer that it asked', () => {
    const req = new TestSocket('REQ');
    const pipe = req.connect();
    req.join(pipe);
    req.send('q');
    req.lose(pipe);
    req.join(pipe).deliver('', 'after all');
    expect(req.recvText()).toBe('after all');
  });
});

describe('ZMQ_REQ_RELAXED', () => {
  test('lets a new request give up the last one; it goes to the next peer, and the old connection stays', () => {
    const req = new TestSocket('REQ', { relaxed: true });
    const [one, two] = [req.accept(), req.accept()];
    req.send('q1');
    expect(req.pattern.writable).toBe(true);
    req.send('q2');
    expect([one.texts, two.texts, one.failure]).toEqual([['|q1'], ['|q2'], undefined]);
    one.deliver('', 'late');
    two.deliver('', 'good');
    expect(req.recvText()).toBe('good');
  });

  test('without correlation a late reply is taken for the new one', () => {
    const req = new TestSocket('REQ', { relaxed: true });
    const end = req.accept();
    req.send('q1');
    req.send('q2');
    end.deliver('', 'a1');
    expect(req.recvText()).toBe('a1');
  });

  test('with correlation the late reply is skipped', () => {
    const req = new TestSocket('REQ', { relaxed: true, correlate: true });
    const end = req.accept();
    req.send('q1');
    const first = lastRequestId(end);
    req.send('q2');
    const second = lastRequestId(end);
    end.deliver(Buffer.from(first, 'latin1'), '', 'a1');
    end.deliver(Buffer.from(second, 'latin1'), '', 'a2');
    expect(req.recvText()).toBe('a2');
    expect(req.drops.toJSON()).toEqual({ unexpected: 1 });
  });

  test('a refused request does not give up the last one', () => {
    const req = new TestSocket('REQ', { relaxed: true, sendHighWaterMark: 1 });
    const end = req.accept();
    req.send('q1');
    end.ready = false;
    req.send('q2');
    expect(req.send('q3')).toBe(false);
    end.deliver('', 'a2');
    expect(req.recvText()).toBe('a2');
  });
});

describe('ZMQ_REQ_CORRELATE', () => {
  test('numbers the requests from a random start, one up each', () => {
    const req = new TestSocket('REQ', { correlate: true }, new SeededRandom(9));
    const end = req.accept();
    const start = new SeededRandom(9).below(0x1_0000_0000);
    for (let i = 1; i <= 3; i++) {
      req.send('q');
      const id = Buffer.from(lastRequestId(end), 'latin1');
      expect(id.readUInt32LE()).toBe((start + i) >>> 0);
      expect(textOf(end.sent.at(-1))).toBe(`${id.toString('latin1')}||q`);
      end.deliver(id, '', 'a');
      expect(req.recvText()).toBe('a');
    }
  });

  test('skips replies without an id and with another', () => {
    const req = new TestSocket('REQ', { correlate: true });
    const end = req.accept();
    req.send('q');
    end.deliver('', 'no id');
    end.deliver('oops', '', 'other id');
    expect(req.pattern.recv()).toBeUndefined();
    expect(end.failure).toBeUndefined();
    end.deliver(Buffer.from(lastRequestId(end), 'latin1'), '', 'right');
    expect(req.recvText()).toBe('right');
    expect(req.drops.toJSON()).toEqual({ unexpected: 2 });
  });

  test('a REQ without it lets a reply with an id pass the check, and drops it', () => {
    const req = new TestSocket('REQ');
    const end = req.accept();
    req.send('q');
    end.deliver('four', '', 'a');
    expect(req.pattern.recv()).toBeUndefined();
    expect([end.failure, req.drops.get('unexpected')]).toEqual([undefined, 1]);
  });
});

describe('a reply without the empty frame closes the connection', () => {
  test.each([
    ['one frame', ['body']],
    ['a first frame of another size', ['body', 'more']],
    ['only the delimiter', ['']],
    ['only an id', ['four']],
    ['an id and no delimiter', ['four', 'body']],
    ['an id and only the delimiter', ['four', '']],
  ])('%s', (_, frames) => {
    const req = new TestSocket('REQ');
    const end = req.accept();
    req.send('q');
    end.deliver(...frames);
    expect(req.pattern.recv()).toBeUndefined();
    expect(end.failure).toMatchObject({ code: 'ProtocolViolation', fatal: true, endpoint: 'tcp://test' });
    expect(req.drops.toJSON()).toEqual({ unexpected: 1 });
  });

  test('also from a peer that was not asked, and when it is found before a request', () => {
    const req = new TestSocket('REQ');
    const [one, two] = [req.accept(), req.accept()];
    one.deliver('bad');
    req.send('q');
    two.deliver('bad');
    expect(req.pattern.readable).toBe(false);
    expect([one.failure?.code, two.failure?.code]).toEqual(['ProtocolViolation', 'ProtocolViolation']);
  });
});

test('a REQ that asks nothing keeps nothing that comes, and nobody who breaks the protocol', () => {
  const req = new TestSocket('REQ');
  const end = req.accept();
  end.deliver('', 'unasked');
  expect([end.failure, req.drops.toJSON()]).toEqual([undefined, { unexpected: 1 }]);
  end.deliver('bad');
  expect([end.failure?.code, req.drops.toJSON()]).toEqual(['ProtocolViolation', { unexpected: 2 }]);
});

test('ZMQ_PROBE_ROUTER sends an empty message on each new connection', () => {
  expect(new TestSocket('REQ', { probeRouter: true }).accept().texts).toEqual(['']);
});
