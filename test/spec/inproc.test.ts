import { describe, expect, test } from '@jest/globals';
import { rejected } from '../support/spec-errors.js';
import { numbered, receive, receiveAll, sendUntilFull, turn, useGround } from '../support/spec-ground.js';

describe('inproc', () => {
  const ground = useGround();

  test.each(['a', ' ', 'with/slash', 'ünïcödé 🦊', '://', 'x'.repeat(1000)])('any name SHALL do: %j', async (name) => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    expect(await pull.bind(`inproc://${name}`)).toBe(`inproc://${name}`);
    await push.connect(`inproc://${name}`);
    await push.send('hello');
    expect(await receive(pull)).toEqual(['hello']);
  });

  test('names SHALL be compared exactly', async () => {
    const [pull, other, push] = [ground.socket('PULL'), ground.socket('PULL'), ground.socket('PUSH')];
    await pull.bind('inproc://Name');
    await other.bind('inproc://name');
    await push.connect('inproc://name');
    await push.send('for the other');
    expect(await receive(other)).toEqual(['for the other']);
  });

  test('a name SHALL be bound once, and be free after unbind and after close', async () => {
    const [first, second, third] = [ground.socket('PULL'), ground.socket('PULL'), ground.socket('PULL')];
    await first.bind('inproc://n');
    await rejected(second.bind('inproc://n'), 'AddrInUse', 'EADDRINUSE', 'inproc://n');
    await rejected(first.bind('inproc://n'), 'AddrInUse', 'EADDRINUSE', 'inproc://n');
    await first.unbind('inproc://n');
    await second.bind('inproc://n');
    await second.close();
    await third.bind('inproc://n');
  });

  test('a name SHALL mean nothing in another Context', async () => {
    const other = ground.another();
    const [here, there] = [ground.socket('PULL'), ground.socket('PULL', {}, other)];
    await here.bind('inproc://n');
    await there.bind('inproc://n');
    const [pushHere, pushThere] = [ground.socket('PUSH'), ground.socket('PUSH', {}, other)];
    await pushHere.connect('inproc://n');
    await pushThere.connect('inproc://n');
    await pushHere.send('here');
    await pushThere.send('there');
    expect([await receive(here), await receive(there)]).toEqual([['here'], ['there']]);
  });

  test('connect SHALL be possible before bind, for any number of sockets', async () => {
    const pushes = numbered('', 5).map(() => ground.socket('PUSH'));
    for (const [index, push] of pushes.entries()) {
      await push.connect('inproc://later');
      await push.send(`${index}`);
    }
    const pull = ground.socket('PULL');
    await pull.bind('inproc://later');
    expect((await receiveAll(pull, 5)).sort()).toEqual(numbered('', 5));
  });

  test('before bind only the own SNDHWM SHALL count, and afterwards the RCVHWM of the peer too', async () => {
    const push = ground.socket('PUSH', { sendHighWaterMark: 3 });
    await push.connect('inproc://later');
    expect(await sendUntilFull(push, String)).toBe(3);
    const waiting = push.send('3');
    const pull = ground.socket('PULL', { receiveHighWaterMark: 4 });
    await pull.bind('inproc://later');
    expect(await receiveAll(pull, 3)).toEqual(numbered('', 3));
    await waiting;
    expect(await receive(pull)).toEqual(['3']);
    await turn();
    expect(await sendUntilFull(push, String)).toBe(7);
  });

  test.each([
    [1, 1, 2],
    [5, 5, 10],
    [10, 3, 13],
  ])(
    'a mark of %i to send and %i to receive SHALL be %i together',
    async (sendHighWaterMark, receiveHighWaterMark, both) => {
      const push = ground.socket('PUSH', { sendHighWaterMark });
      const pull = ground.socket('PULL', { receiveHighWaterMark });
      await pull.bind('inproc://n');
      await push.connect('inproc://n');
      await ground.log(push).nth('handshake');
      await turn();
      expect(await sendUntilFull(push, String)).toBe(both);
      expect(await receiveAll(pull, both)).toEqual(numbered('', both));
      // The sender hears of the room in the next turn.
      await turn();
      expect(await sendUntilFull(push, String)).toBe(both);
    },
  );

  test.each([
    [0, 5],
    [5, 0],
    [0, 0],
  ])('a mark of %i to send and %i to receive SHALL be no limit', async (sendHighWaterMark, receiveHighWaterMark) => {
    const push = ground.socket('PUSH', { sendHighWaterMark });
    const pull = ground.socket('PULL', { receiveHighWaterMark });
    await pull.bind('inproc://n');
    await push.connect('inproc://n');
    await ground.log(push).nth('handshake');
    await turn();
    expect(await sendUntilFull(push, String, 0, 3000)).toBe(3000);
    expect(await receiveAll(pull, 3000)).toEqual(numbered('', 3000));
  });

  test('a later bind of the same name SHALL NOT be found by those who were connected before', async () => {
    const push = ground.socket('PUSH', { sendTimeout: 20 });
    const [first, second] = [ground.socket('PULL'), ground.socket('PULL', { receiveTimeout: 20 })];
    await first.bind('inproc://n');
    await push.connect('inproc://n');
    await ground.log(push).nth('handshake');
    await first.close();
    await ground.log(push).nth('disconnect');
    await second.bind('inproc://n');
    await rejected(push.send('nobody'), 'Timeout', 'EAGAIN');
    await rejected(second.recv(), 'Timeout', 'EAGAIN');
    await push.connect('inproc://n');
    await push.send('connected anew');
    expect(await receive(second)).toEqual(['connected anew']);
  });

  test('disconnect SHALL be possible before bind, and of a known name only', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL', { receiveTimeout: 20 })];
    await rejected(push.disconnect('inproc://n'), 'EndpointNotFound', 'ENOENT', 'inproc://n');
    await push.connect('inproc://n');
    await push.send('dropped');
    await push.disconnect('inproc://n');
    await pull.bind('inproc://n');
    await rejected(pull.recv(), 'Timeout', 'EAGAIN');
    expect(push.stats().dropped).toEqual({ linger: 1 });
  });

  test('a Context SHALL terminate although a connect still waits for a bind', async () => {
    const context = ground.another();
    const push = ground.socket('PUSH', {}, context);
    await push.connect('inproc://never');
    await push.send('dropped');
    await context.term();
    expect(push.stats().dropped).toEqual({ linger: 1 });
  });

  test('a message SHALL be handed over without being copied', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    await pull.bind('inproc://n');
    await push.connect('inproc://n');
    const body = Buffer.alloc(1 << 20, 'x');
    await push.send(body);
    expect((await pull.recv()).data.buffer).toBe(body.buffer);
  });

  test('a sender and a receiver that answer each other SHALL NOT overflow the stack', async () => {
    const [left, right] = [ground.socket('PAIR'), ground.socket('PAIR')];
    await left.bind('inproc://n');
    await right.connect('inproc://n');
    const echo = (async () => {
      for await (const message of right) await right.sendMultipart(message);
    })();
    for (let i = 0; i < 20_000; i++) {
      await left.send(String(i));
      if (i % 100 === 0) expect((await left.recv()).toString()).toBe(String(i));
      else await left.recv();
    }
    await right.close();
    await echo;
  });
});
