import { describe, expect, test } from '@jest/globals';
import { Context } from 'rzmq';
import { rejected } from '../support/spec-errors.js';
import { numbered, receive, receiveAll, sendUntilFull, turn, until, useGround } from '../support/spec-ground.js';
import { INPROC, PLUGINS, STREAMS, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('the report of close over $name', (transport) => {
  const ground = useGround();

  test('a socket that had nothing SHALL have nothing to report', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    await ground.join(transport, pull, push);
    await push.send('x');
    expect(await receive(pull)).toEqual(['x']);
    // What node:tls has written it says a turn later.
    await turn();
    expect(await push.close()).toEqual({ type: 'PUSH', sent: 0, dropped: {}, endpoints: [] });
    expect(await pull.close()).toEqual({ type: 'PULL', sent: 0, dropped: {}, endpoints: [] });
  });

  test('it SHALL tell what was dropped for whom, and why', async () => {
    const push = ground.socket('PUSH', { linger: 20 });
    const endpoints = [await ground.vacant(transport), await ground.vacant(transport)];
    for (const endpoint of endpoints) await push.connect(endpoint);
    for (const text of numbered('', 5)) await push.send(text);
    const report = await push.close();
    expect(report).toEqual({
      type: 'PUSH',
      sent: 0,
      dropped: { linger: 5 },
      endpoints: [
        { endpoint: endpoints[0], sent: 0, dropped: 3 },
        { endpoint: endpoints[1], sent: 0, dropped: 2 },
      ],
    });
    expect(push.stats().dropped).toEqual(report.dropped);
  });

  test('it SHALL tell what was sent while it lingered', async () => {
    const [push, pull] = [ground.socket('PUSH', { linger: -1 }), ground.socket('PULL')];
    const endpoint = await ground.vacant(transport);
    await push.connect(endpoint);
    for (const text of numbered('', 7)) await push.send(text);
    const closing = push.close();
    await pull.bind(endpoint);
    expect(await receiveAll(pull, 7)).toEqual(numbered('', 7));
    expect(await closing).toEqual({
      type: 'PUSH',
      sent: 7,
      dropped: {},
      endpoints: [{ endpoint, sent: 7, dropped: 0 }],
    });
  });

  test('only what happens from then on SHALL be in it', async () => {
    const router = ground.socket('ROUTER');
    await router.bind(transport.endpoint());
    await router.send(['nobody', 'x']);
    expect(router.stats().dropped).toEqual({ 'no-route': 1 });
    expect((await router.close()).dropped).toEqual({});
  });

  test('it SHALL tell what came in and was not read', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH', { linger: -1 })];
    await ground.join(transport, pull, push);
    for (const text of numbered('', 3)) await push.sendMultipart([text, 'more']);
    await push.close();
    await ground.log(pull).nth('disconnect');
    await pull.recv();
    expect(await pull.close()).toEqual({ type: 'PULL', sent: 0, dropped: { unread: 3 }, endpoints: [] });
  });

  test('it SHALL be the same for everybody who closes', async () => {
    const push = ground.socket('PUSH', { linger: 20 });
    await push.connect(await ground.vacant(transport));
    await push.send('x');
    const reports = await Promise.all([push.close(), push.close(), push.close()]);
    expect(reports.map(({ dropped }) => dropped)).toEqual([{ linger: 1 }, { linger: 1 }, { linger: 1 }]);
    expect((await push.close()).dropped).toEqual({ linger: 1 });
  });
});

describe.each(STREAMS)('the report of close over $name, further', (transport) => {
  const ground = useGround();

  test('a message SHALL be either sent or dropped, and what was sent SHALL arrive', async () => {
    const [pull, push] = [ground.socket('PULL', { receiveHighWaterMark: 1 }), ground.socket('PUSH', { linger: 50 })];
    await ground.join(transport, pull, push);
    const queued = await sendUntilFull(push, (index) => [`${index}`, Buffer.alloc(200_000)], 50);
    const { sent, dropped, endpoints } = await push.close();
    const lost = (dropped.linger ?? 0) + (dropped['connection-lost'] ?? 0);
    expect(lost).toBeGreaterThan(0);
    expect(endpoints).toEqual([{ endpoint: pull.lastEndpoint, sent, dropped: lost }]);
    // Those that had left before the close are in neither.
    expect(sent + lost).toBeLessThanOrEqual(queued);
    for (let n = 0; n < queued - lost; n++) expect((await receive(pull))[0]).toBe(`${n}`);
  });
});

describe.each(TRANSPORTS)('the deadline of close over $name', (transport) => {
  const ground = useGround();

  test('it SHALL bound the linger', async () => {
    const push = ground.socket('PUSH', { linger: -1 });
    await push.connect(await ground.vacant(transport));
    await push.send('x');
    expect((await push.close({ deadline: 20 })).dropped).toEqual({ linger: 1 });
  });

  test('0 SHALL drop what is queued at once', async () => {
    const push = ground.socket('PUSH', { linger: 60_000 });
    await push.connect(await ground.vacant(transport));
    await push.send('x');
    expect((await push.close({ deadline: 0 })).dropped).toEqual({ linger: 1 });
  });

  test('a longer one SHALL NOT make the linger longer', async () => {
    const push = ground.socket('PUSH', { linger: 20 });
    await push.connect(await ground.vacant(transport));
    await push.send('x');
    expect((await push.close({ deadline: 60_000 })).dropped).toEqual({ linger: 1 });
  });

  test('a later call with an earlier one SHALL end what lingers', async () => {
    const push = ground.socket('PUSH', { linger: -1 });
    await push.connect(await ground.vacant(transport));
    await push.send('x');
    const closing = push.close();
    await push.close({ deadline: 5 });
    expect((await closing).dropped).toEqual({ linger: 1 });
  });

  test('a deadline that is none SHALL be refused, and the socket stay open', async () => {
    const push = ground.socket('PUSH');
    for (const deadline of [-1, Number.NaN, '5', null]) {
      await rejected(push.close({ deadline: deadline as number }), 'InvalidArgument', 'EINVAL');
      await rejected(ground.context.term({ deadline: deadline as number }), 'InvalidArgument', 'EINVAL');
    }
    await rejected(push.close(1000 as never), 'InvalidArgument', 'EINVAL');
    await rejected(ground.context.term(1000 as never), 'InvalidArgument', 'EINVAL');
    expect([push.closed, ground.context.terminated]).toEqual([false, false]);
    await push.close({ deadline: undefined });
  });
});

describe.each(TRANSPORTS)('the report of term over $name', (transport) => {
  const ground = useGround();

  test('it SHALL have one for each socket, and their sum', async () => {
    const context = new Context({ modules: PLUGINS });
    const endpoint = await ground.vacant(transport);
    const [first, second] = [context.socket('PUSH'), context.socket('DEALER', { linger: 0 })];
    context.socket('PULL');
    for (const socket of [first, second]) {
      await socket.connect(endpoint);
      await socket.send('x');
    }
    await first.send('y');
    const { sent, dropped, sockets } = await context.term({ deadline: 20 });
    expect([sent, dropped]).toEqual([0, { linger: 3 }]);
    expect(sockets.map(({ type, dropped: lost }) => [type, lost])).toEqual([
      ['PUSH', { linger: 2 }],
      ['DEALER', { linger: 1 }],
      ['PULL', {}],
    ]);
    expect(sockets[0]?.endpoints).toEqual([{ endpoint, sent: 0, dropped: 2 }]);
  });

  test('a socket that was closed and lingers SHALL be in it, one that has ended not', async () => {
    const context = new Context({ defaults: { linger: -1 }, modules: PLUGINS });
    const [lingering, ended] = [context.socket('PUSH'), context.socket('PUSH')];
    for (const socket of [lingering, ended]) {
      await socket.connect(await ground.vacant(transport));
      await socket.send('x');
    }
    await ended.close({ deadline: 0 });
    const closing = lingering.close();
    const report = await context.term({ deadline: 5 });
    expect(report).toMatchObject({ sent: 0, dropped: { linger: 1 }, sockets: [await closing] });
    // Nothing new for those who ask again.
    expect(await context.term()).toEqual(report);
  });

  test('a later call with an earlier deadline SHALL end what lingers', async () => {
    const context = new Context({ modules: PLUGINS });
    const push = context.socket('PUSH');
    await push.connect(await ground.vacant(transport));
    await push.send('x');
    const terminating = context.term();
    expect((await context.term({ deadline: 5 })).dropped).toEqual({ linger: 1 });
    expect((await terminating).dropped).toEqual({ linger: 1 });
  });

  test('it SHALL count what was sent meanwhile', async () => {
    const context = transport === INPROC ? ground.context : ground.another();
    const push = ground.socket('PUSH', { linger: -1 }, context);
    const endpoint = await ground.vacant(transport);
    await push.connect(endpoint);
    for (const text of numbered('', 4)) await push.send(text);
    const pull = ground.socket('PULL');
    if (transport === INPROC) {
      await pull.bind(endpoint);
      expect(await receiveAll(pull, 4)).toHaveLength(4);
      expect(await context.term()).toMatchObject({ sent: 0, dropped: {} });
      return;
    }
    const terminating = context.term();
    await pull.bind(endpoint);
    expect(await receiveAll(pull, 4)).toHaveLength(4);
    expect(await terminating).toMatchObject({ sent: 4, dropped: {} });
  });
});

describe.each(TRANSPORTS)('unbind and disconnect over $name', (transport) => {
  const ground = useGround();

  test('what lingers after disconnect SHALL be in the report of close', async () => {
    const push = ground.socket('PUSH', { linger: -1 });
    const endpoint = await ground.vacant(transport);
    await push.connect(endpoint);
    for (const text of numbered('', 3)) await push.send(text);
    await push.disconnect(endpoint);
    const { sent, dropped, endpoints } = await push.close({ deadline: 5 });
    expect([sent, dropped, endpoints]).toEqual([0, { linger: 3 }, [{ endpoint, sent: 0, dropped: 3 }]]);
  });

  test('an address SHALL be free for another socket when unbind has resolved', async () => {
    const [first, second, peer] = [ground.socket('PULL'), ground.socket('PULL'), ground.socket('PUSH')];
    const endpoint = await ground.join(transport, first, peer);
    await first.unbind(endpoint);
    expect(await second.bind(endpoint)).toBe(endpoint);
    await until(() => first.stats().peers === 0);
  });
});
