import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Context } from 'rzmq';
import { turn, until, useGround } from '../support/spec-ground.js';
import { TCP, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('Context.inspect over $name', (transport) => {
  const ground = useGround();

  test('SHALL show the sockets with their endpoints and pipes', async () => {
    const router = ground.socket('ROUTER', { receiveHighWaterMark: 10 });
    const dealer = ground.socket('DEALER', { routingId: 'me' });
    const endpoint = await ground.join(transport, router, dealer);
    await dealer.send('hello');
    await until(() => router.readable);
    const waiting = dealer.recv();
    const { state, sockets } = ground.context.inspect();
    expect(state).toBe('open');
    const uring = transport.name === 'tcp' && dealer.options.ioUringSessionEnabled;
    const engine = transport.name === 'inproc' ? 'direct' : uring ? 'io_uring' : 'standard';
    expect(sockets).toMatchObject([
      {
        type: 'ROUTER',
        state: 'open',
        options: { receiveHighWaterMark: 10, linger: 0 },
        endpoints: [{ endpoint, role: 'bind', state: 'listening', engine, connections: 1 }],
        pipes: [{ endpoint, connected: true, queuedIn: 1, peer: { socketType: 'DEALER', routingId: 'me' } }],
        peers: 1,
        messagesIn: 1,
      },
      {
        type: 'DEALER',
        options: { routingId: 'me' },
        endpoints: [{ endpoint, role: 'connect', state: 'connected', engine, failedAttempts: 0 }],
        pipes: [{ connected: true, messagesOut: 1, peer: { socketType: 'ROUTER' } }],
        receiving: 1,
        sending: 0,
      },
    ]);
    expect(sockets[0]?.endpoints[0]?.reason).not.toBe('');
    await router.send(['me', 'done']);
    await waiting;
  });

  test('SHALL be plain data, and text with the same facts', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const endpoint = await ground.join(transport, pull, push);
    const inspection = ground.context.inspect();
    const { state, sockets } = inspection;
    expect(JSON.parse(JSON.stringify(inspection))).toEqual({ state, sockets });
    const text = String(inspection);
    expect(inspect(inspection)).toBe(text);
    expect(text.split('\n')[0]).toBe('Context: open, 2 sockets');
    expect(text).toMatch(/^ {2}PULL: open, 1 peer, in 0 messages/m);
    expect(text).toContain(`    bind ${endpoint}: listening, 1 connection [`);
    expect(text).toContain(`    connect ${endpoint}: connected [`);
    expect(text).toMatch(/^ {4}pipe of .* to PUSH.*: connected, in 0 messages/m);
  });
});

describe('Context.inspect', () => {
  const ground = useGround();

  test('SHALL show how a connection is being made, and why it is not there', async () => {
    const push = ground.socket('PUSH', { reconnectInterval: 60_000 });
    await push.connect(await ground.vacant(TCP));
    const [connecting] = ground.context.inspect().sockets.flatMap(({ endpoints }) => endpoints);
    expect(connecting).toMatchObject({ state: 'connecting', connections: 0 });
    await ground.log(push).nth('connect:retry');
    await turn();
    const [waiting] = ground.context.inspect().sockets.flatMap(({ endpoints }) => endpoints);
    expect(waiting).toMatchObject({
      state: 'waiting',
      failedAttempts: 1,
      error: expect.stringContaining('ECONNREFUSED'),
    });
    expect(waiting?.retryIn).toBeGreaterThan(50_000);
    expect(String(ground.context.inspect())).toMatch(
      /: waiting, next attempt in \d+ ms, 1 failed attempt, .*ECONNREFUSED/,
    );
  });

  test('SHALL show an endpoint that is not tried any more', async () => {
    const push = ground.socket('PUSH', { reconnectInterval: -1 });
    await push.connect(await ground.vacant(TCP));
    await ground.log(push).nth('close');
    await turn();
    expect(ground.context.inspect().sockets[0]?.endpoints).toMatchObject([{ state: 'given up' }]);
  });

  test('SHALL show a socket that lingers, until it has ended, and the state of the Context', async () => {
    const context = new Context();
    const push = context.socket('PUSH', { linger: -1 });
    await push.connect(await ground.vacant(TCP));
    await push.send('for nobody');
    const closed = push.close();
    await turn();
    expect(context.inspect().sockets).toMatchObject([
      { type: 'PUSH', state: 'closing', queuedOut: 1, endpoints: [{ state: 'closing' }] },
    ]);
    const terminated = context.term();
    expect(context.inspect().state).toBe('terminating');
    push.options.linger = 0;
    await Promise.all([push.close(), closed, terminated]);
    expect(context.inspect()).toEqual({ state: 'terminated', sockets: [] });
  });

  test('SHALL show no content that may be secret', () => {
    const secret = 'sesame-open';
    const socket = ground.socket('ROUTER', { metadata: [`X-Token:${secret}`], connectRoutingId: 'shown' });
    ground.socket('XPUB', { welcomeMessage: secret });
    const inspection = ground.context.inspect();
    const [router, xpub] = inspection.sockets;
    expect(router?.options).toEqual({
      linger: 0,
      reconnectInterval: 10,
      metadata: ['X-Token'],
      connectRoutingId: 'shown',
    });
    expect(xpub?.options['welcomeMessage']).toBe('11 bytes');
    for (const text of [JSON.stringify(inspection), String(inspection), inspect(inspection), inspect(socket)]) {
      expect(text).not.toContain(secret);
    }
    expect(inspect(ground.context)).not.toContain(secret);
  });
});

describe('util.inspect', () => {
  const ground = useGround();

  test('SHALL be short for a socket and a Context', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    expect(inspect(pull)).toBe('Socket(PULL, open, 0 peers)');
    expect(JSON.stringify({ pull })).toBe('{"pull":"Socket(PULL, open, 0 peers)"}');
    expect(JSON.stringify([ground.context])).toMatch(/^\["Context\(open, \d sockets?\)"\]$/);
    const endpoint = await ground.join(TCP, pull, push);
    expect([inspect(pull), inspect(ground.context)]).toEqual([
      `Socket(PULL, open, 1 peer, ${endpoint})`,
      'Context(open, 2 sockets)',
    ]);
    await pull.close();
    expect(inspect(pull)).toBe(`Socket(PULL, closed, 0 peers, ${endpoint})`);
  });
});
