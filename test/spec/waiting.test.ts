import { describe, expect, test } from '@jest/globals';
import type { ISocket } from 'rzmq';
import { rejected, thrown } from '../support/spec-errors.js';
import {
  MOVING,
  numbered,
  receive,
  receiveAll,
  sendUntilFull,
  turn,
  until,
  untyped,
  useGround,
} from '../support/spec-ground.js';
import { INPROC, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('waiting to receive over $name', (transport) => {
  const ground = useGround();

  /** Any number of ways to receive one message, which all have to obey the same rules. */
  const ways: readonly (readonly [string, (socket: ISocket, signal?: AbortSignal) => Promise<unknown>])[] = [
    ['recv', (socket, signal) => socket.recv({ signal })],
    ['recvMultipart', (socket, signal) => socket.recvMultipart({ signal })],
    ['recvMany', (socket, signal) => socket.recvMany(5, { signal })],
  ];

  test.each(ways)('%s SHALL fail with EAGAIN after RCVTIMEO, and at once when that is 0', async (_, receiveBy) => {
    const pull = untyped(ground.socket('PULL', { receiveTimeout: 20 }));
    await pull.bind(transport.endpoint());
    await rejected(receiveBy(pull), 'Timeout', 'EAGAIN');
    pull.options.receiveTimeout = 0;
    await rejected(receiveBy(pull), 'ResourceLimitReached', 'EAGAIN');
  });

  test.each(ways)('%s SHALL give up when its signal says so, and lose no message', async (_, receiveBy) => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    await ground.join(transport, pull, push);
    const giving = new AbortController();
    const aborted = rejected(receiveBy(untyped(pull), giving.signal), 'Aborted', 'ECANCELED');
    const waiting = receive(pull);
    giving.abort(new Error('no longer interested'));
    const error = await aborted;
    expect([error.name, error.cause]).toEqual(['AbortError', giving.signal.reason]);
    await rejected(receiveBy(untyped(pull), giving.signal), 'Aborted', 'ECANCELED');
    await push.send('one');
    expect(await waiting).toEqual(['one']);
    await push.send('two');
    expect(await receive(pull)).toEqual(['two']);
  });

  test('an aborted signal SHALL win over a message that is there, which stays', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    await ground.join(transport, pull, push);
    await push.send('one');
    await until(() => pull.readable);
    await rejected(pull.recv({ signal: AbortSignal.abort() }), 'Aborted', 'ECANCELED');
    expect(await receive(pull)).toEqual(['one']);
  });

  test('callers SHALL be served in the order of their calls', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    await ground.join(transport, pull, push);
    const order: string[] = [];
    const receives = numbered('', 20).map(async (name) => {
      order.push(`${name} got ${(await receive(pull)).join()}`);
    });
    for (const text of numbered('', 20)) await push.send(text);
    await Promise.all(receives);
    expect(order).toEqual(numbered('', 20).map((text) => `${text} got ${text}`));
  });

  test('a caller that gave up SHALL NOT hold up those behind it', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    await ground.join(transport, pull, push);
    const giving = new AbortController();
    const first = rejected(pull.recv({ signal: giving.signal }), 'Aborted', 'ECANCELED');
    pull.options.receiveTimeout = 20;
    const second = rejected(pull.recv(), 'Timeout', 'EAGAIN');
    pull.options.receiveTimeout = -1;
    const third = receive(pull);
    giving.abort();
    await Promise.all([first, second]);
    await push.send('for the third');
    expect(await third).toEqual(['for the third']);
  });

  test('recvMany SHALL give what is there, at most as many as asked for, and wait for at least one', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    await ground.join(transport, pull, push);
    const first = pull.recvMany(3);
    for (const text of numbered('', 10)) expect(push.trySend(text)).toBe(true);
    const all = (await first).map(String);
    expect(all.length).toBeGreaterThanOrEqual(1);
    expect(all.length).toBeLessThanOrEqual(3);
    while (all.length < 10) {
      const more = await pull.recvMany(3);
      expect(more.length).toBeLessThanOrEqual(3);
      all.push(...more.map(String));
    }
    expect(all).toEqual(numbered('', 10));
    for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await rejected(pull.recvMany(wrong), 'InvalidArgument', 'EINVAL');
    }
  });

  test('tryRecv SHALL answer nothing when there is nothing, and not overtake those who wait', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    await ground.join(transport, pull, push);
    expect(pull.tryRecv()).toBeUndefined();
    const waiting = receive(pull);
    await push.send('one');
    await push.send('two');
    while (pull.tryRecv() !== undefined) throw new Error('overtaken');
    expect(await waiting).toEqual(['one']);
    expect(await receive(pull)).toEqual(['two']);
  });

  test('an iteration SHALL give whole messages until the socket closes, and may be left', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    await ground.join(transport, pull, push);
    for (const text of numbered('', 6)) await push.sendMultipart([text, 'end']);
    for await (const message of pull) {
      expect(message.map(String)).toEqual(['0', 'end']);
      break;
    }
    const got: string[] = [];
    for await (const message of pull) {
      got.push(message.join());
      if (got.length === 5) void pull.close();
    }
    expect(got).toEqual(
      numbered('', 6)
        .slice(1)
        .map((text) => `${text},end`),
    );
  });

  test('an iteration SHALL wait without an end, whatever RCVTIMEO is', async () => {
    const [pull, push] = [ground.socket('PULL', { receiveTimeout: 0 }), ground.socket('PUSH')];
    await ground.join(transport, pull, push);
    const next = pull[Symbol.asyncIterator]().next();
    await turn();
    await push.send('late');
    expect((await next).value?.map(String)).toEqual(['late']);
  });
});

describe.each(TRANSPORTS)('waiting to send over $name', (transport) => {
  const ground = useGround();

  test('send SHALL fail with EAGAIN after SNDTIMEO, and at once when that is 0, and the message is not sent', async () => {
    const push = ground.socket('PUSH', { sendTimeout: 20 });
    await push.bind(transport.endpoint());
    await rejected(push.send('one'), 'Timeout', 'EAGAIN');
    await rejected(push.sendMultipart(['one', '!']), 'Timeout', 'EAGAIN');
    push.options.sendTimeout = 0;
    await rejected(push.send('two'), 'ResourceLimitReached', 'EAGAIN');
    const pull = ground.socket('PULL');
    await ground.link(push.lastEndpoint, push, pull);
    await push.send('three');
    expect(await receive(pull)).toEqual(['three']);
  });

  test('send SHALL give up when its signal says so, and the message is not sent', async () => {
    const push = ground.socket('PUSH');
    await push.bind(transport.endpoint());
    const giving = new AbortController();
    const aborted = rejected(push.send('one', { signal: giving.signal }), 'Aborted', 'ECANCELED');
    const second = push.sendMultipart(['two'], { signal: new AbortController().signal });
    giving.abort('changed my mind');
    expect((await aborted).cause).toBe('changed my mind');
    await rejected(push.send('three', { signal: giving.signal }), 'Aborted', 'ECANCELED');
    const pull = ground.socket('PULL');
    await pull.connect(push.lastEndpoint);
    await second;
    await push.send('four', { signal: new AbortController().signal });
    expect(await receiveAll(pull, 2)).toEqual(['two', 'four']);
  });

  test('senders SHALL be served in the order of their calls', async () => {
    const push = ground.socket('PUSH', { sendHighWaterMark: 1 });
    const pull = ground.socket('PULL', { receiveHighWaterMark: 1 });
    await push.bind(transport.endpoint());
    const order: number[] = [];
    const sends = numbered('', 50).map(async (text, index) => {
      await push.send(text);
      order.push(index);
    });
    await pull.connect(push.lastEndpoint);
    expect(await receiveAll(pull, 50)).toEqual(numbered('', 50));
    await Promise.all(sends);
    expect(order).toEqual([...order.keys()]);
  });

  test('trySend SHALL NOT overtake those who wait', async () => {
    const push = ground.socket('PUSH');
    const waiting = push.send('first');
    expect(push.trySend('overtaking')).toBe(false);
    const pull = ground.socket('PULL');
    await ground.join(transport, push, pull);
    await waiting;
    expect(push.trySend('second')).toBe(true);
    expect(await receiveAll(pull, 2)).toEqual(['first', 'second']);
  });

  test('trySend SHALL send again once the peer has made room, however long it was refused', async () => {
    const [push, pull] = [
      ground.socket('PUSH', { sendHighWaterMark: 2 }),
      ground.socket('PULL', { receiveHighWaterMark: 2 }),
    ];
    await ground.join(transport, push, pull);
    const taken = await sendUntilFull(push, (index) => [String(index), Buffer.alloc(1 << 20)], MOVING);
    for (let left = 10; left > 0; left--) expect(push.trySend('refused')).toBe(false);
    for (let left = taken; left > 0; left--) await pull.recvMultipart();
    await until(() => push.trySend('room'));
    expect(await receive(pull)).toEqual(['room']);
  });

  test('a loop that sends without end SHALL leave the event loop to others while messages are queued', async () => {
    const push = ground.socket('PUSH', { sendHighWaterMark: 0 });
    await push.connect(await ground.vacant(transport));
    expect(await loopsUntilTurn(() => push.send('x'))).toBeLessThan(MANY);
  });

  test('a loop that sends without end SHALL leave the event loop to others while messages are dropped', async () => {
    const [pub, router] = [ground.socket('PUB'), ground.socket('ROUTER')];
    await pub.bind(transport.endpoint());
    expect(await loopsUntilTurn(() => pub.send('x'))).toBeLessThan(MANY);
    expect(await loopsUntilTurn(() => router.sendMultipart(['nobody', 'x']))).toBeLessThan(MANY);
  });

  test('a publisher that sends without end SHALL reach its subscribers', async () => {
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    sub.subscribe('');
    await ground.join(transport, pub, sub);
    await until(() => pub.options.topicsCount === 1);
    let got = 0;
    const reading = (async () => {
      for await (const _ of sub) got++;
    })();
    const body = Buffer.alloc(1000);
    let sent = 0;
    while (got < 5000 && sent < MANY) {
      await pub.send(body);
      sent++;
    }
    expect(got).toBeGreaterThanOrEqual(5000);
    await sub.close();
    await reading;
  });
});

/** So many sends in one turn of the event loop mean that it stands still. */
const MANY = 500_000;

/** How often something can be awaited before the event loop goes round. */
async function loopsUntilTurn(send: () => Promise<void>): Promise<number> {
  let turned = false;
  setImmediate(() => {
    turned = true;
  });
  let loops = 0;
  while (!turned && loops < MANY) {
    await send();
    loops++;
  }
  return loops;
}

describe('waiting over inproc: the marks', () => {
  const ground = useGround();

  test('a blocked send SHALL go on only when the receiver has read about half', async () => {
    const [push, pull] = [
      ground.socket('PUSH', { sendHighWaterMark: 4 }),
      ground.socket('PULL', { receiveHighWaterMark: 4 }),
    ];
    await ground.join(INPROC, push, pull);
    expect(await sendUntilFull(push, String)).toBe(8);
    let done = false;
    const waiting = push.send('8').then(() => {
      done = true;
    });
    expect(await receive(pull)).toEqual(['0']);
    await turn();
    expect(done).toBe(false);
    expect(await receiveAll(pull, 7)).toEqual(numbered('', 8).slice(1));
    await waiting;
    expect(await receive(pull)).toEqual(['8']);
  });

  test('a mark of 0 SHALL mean no limit', async () => {
    const [push, pull] = [ground.socket('PUSH', { sendHighWaterMark: 0 }), ground.socket('PULL')];
    await ground.join(INPROC, push, pull);
    push.options.sendTimeout = 0;
    for (const text of numbered('', 20_000)) await push.send(text);
    expect(await receiveAll(pull, 20_000)).toEqual(numbered('', 20_000));
  });

  test('a wrong state SHALL be said at once, and not after waiting', async () => {
    const req = ground.socket('REQ');
    await rejected(req.recv(), 'InvalidState', 'EFSM');
    thrown(() => req.tryRecv(), 'InvalidState', 'EFSM');
  });
});
