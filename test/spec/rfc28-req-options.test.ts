import { describe, expect, test } from '@jest/globals';
import { rejected } from '../support/spec-errors.js';
import { type Ground, receive, useGround } from '../support/spec-ground.js';
import { TRANSPORTS, type TransportCase } from '../support/spec-transports.js';

/** A REQ called `me`, and the ROUTER that it asks: it can answer late, twice, or wrongly. */
async function reqAndRouter(ground: Ground, transport: TransportCase, options: object) {
  const req = ground.socket('REQ', { routingId: 'me', ...options });
  const router = ground.socket('ROUTER');
  await ground.join(transport, router, req);
  return { req, router };
}

describe.each(TRANSPORTS)('RFC 28 over $name: REQ_RELAXED', (transport) => {
  const ground = useGround();

  test('a relaxed REQ MAY send a new request before the reply, and gives the old one up', async () => {
    const { req, router } = await reqAndRouter(ground, transport, { relaxed: true });
    await req.send('one');
    expect(req.writable).toBe(true);
    await req.send('two');
    expect(await receive(router)).toEqual(['me', '', 'one']);
    expect(await receive(router)).toEqual(['me', '', 'two']);
    await router.sendMultipart(['me', '', 'reply']);
    expect(await receive(req)).toEqual(['reply']);
    await rejected(req.recv(), 'InvalidState', 'EFSM');
  });

  test('a relaxed REQ MUST still send before it receives', async () => {
    const req = ground.socket('REQ', { relaxed: true });
    await rejected(req.recv(), 'InvalidState', 'EFSM');
  });

  test('a relaxed REQ SHALL ask the next peer in the round with its new request', async () => {
    const req = ground.socket('REQ', { relaxed: true });
    const [first, second] = [ground.socket('REP'), ground.socket('REP')];
    await ground.join(transport, first, req);
    await ground.join(transport, second, req);
    await req.send('one');
    await req.send('two');
    expect(await receive(first)).toEqual(['one']);
    expect(await receive(second)).toEqual(['two']);
    await first.send('late');
    await second.send('in time');
    expect(await receive(req)).toEqual(['in time']);
    expect(ground.log(req).of('disconnect')).toEqual([]);
  });

  test('a relaxed REQ that is not correlated takes the late reply of an old request for that of the new one', async () => {
    const { req, router } = await reqAndRouter(ground, transport, { relaxed: true });
    await req.send('one');
    await req.send('two');
    await router.recvMultipart();
    await router.recvMultipart();
    await router.sendMultipart(['me', '', 'reply to one']);
    await router.sendMultipart(['me', '', 'reply to two']);
    expect(await receive(req)).toEqual(['reply to one']);
  });

  test('RELAXED takes effect at once', async () => {
    const { req, router } = await reqAndRouter(ground, transport, {});
    await req.send('one');
    await rejected(req.send('two'), 'InvalidState', 'EFSM');
    req.options.relaxed = true;
    await req.send('two');
    expect(await receive(router)).toEqual(['me', '', 'one']);
    expect(await receive(router)).toEqual(['me', '', 'two']);
  });

  test('a lost peer does not stop a relaxed REQ', async () => {
    const req = ground.socket('REQ', { relaxed: true });
    const [dying, living] = [ground.socket('REP'), ground.socket('REP')];
    await ground.join(transport, dying, req);
    await ground.join(transport, living, req);
    await req.send('to the dying');
    await dying.recv();
    await dying.close();
    await ground.log(req).nth('disconnect');
    await req.send('to the living');
    expect(await receive(living)).toEqual(['to the living']);
    await living.send('alive');
    expect(await receive(req)).toEqual(['alive']);
  });
});

describe.each(TRANSPORTS)('RFC 28 over $name: REQ_CORRELATE', (transport) => {
  const ground = useGround();

  test('a correlated REQ SHALL prefix each request with 4 bytes that change by one', async () => {
    const { req, router } = await reqAndRouter(ground, transport, { relaxed: true, correlate: true });
    const ids: number[] = [];
    for (const text of ['one', 'two', 'three']) {
      await req.send(text);
      const [, id, delimiter, body] = await router.recvMultipart();
      expect([id?.size, delimiter?.size, String(body)]).toEqual([4, 0, text]);
      ids.push(id?.data.readUInt32LE() ?? -1);
    }
    const [first = 0] = ids;
    expect(ids).toEqual([first, (first + 1) >>> 0, (first + 2) >>> 0]);
  });

  test('a correlated REQ SHALL skip replies to earlier requests, and without an id', async () => {
    const { req, router } = await reqAndRouter(ground, transport, { relaxed: true, correlate: true });
    await req.send('one');
    await req.send('two');
    const [, first] = await router.recvMultipart();
    const [, second] = await router.recvMultipart();
    if (first === undefined || second === undefined) throw new Error('a request without an id');
    await router.sendMultipart(['me', first, '', 'reply to one']);
    await router.sendMultipart(['me', '', 'reply to whom?']);
    await router.sendMultipart(['me', second, '', 'reply to two']);
    expect(await receive(req)).toEqual(['reply to two']);
    expect(req.stats().dropped).toEqual({ unexpected: 2 });
  });

  test('a correlated REQ works with a REP, which gives the id back as part of the envelope', async () => {
    const [req, rep] = [ground.socket('REQ', { correlate: true }), ground.socket('REP')];
    await ground.join(transport, rep, req);
    for (const text of ['one', 'two']) {
      await req.send(text);
      expect(await receive(rep)).toEqual([text]);
      await rep.send(`re ${text}`);
      expect(await receive(req)).toEqual([`re ${text}`]);
    }
  });

  test('a REQ that is not correlated drops a reply with an id, and keeps the connection', async () => {
    const { req, router } = await reqAndRouter(ground, transport, {});
    await req.send('?');
    await router.recvMultipart();
    await router.sendMultipart(['me', 'abcd', '', 'with an id']);
    await router.sendMultipart(['me', '', 'without']);
    expect(await receive(req)).toEqual(['without']);
    expect(req.stats().dropped).toEqual({ unexpected: 1 });
    expect(ground.log(req).of('disconnect')).toEqual([]);
  });
});

describe.each(TRANSPORTS)('RFC 28 over $name: PROBE_ROUTER', (transport) => {
  const ground = useGround();

  test.each(['REQ', 'DEALER', 'ROUTER'] as const)(
    'a %s with PROBE_ROUTER SHALL send a ROUTER one empty message first',
    async (type) => {
      const prober = ground.socket(type, { routingId: 'prober', probeRouter: true });
      const router = ground.socket('ROUTER', { mandatory: true });
      await router.bind(transport.endpoint());
      await prober.connect(router.lastEndpoint);
      expect(await receive(router)).toEqual(['prober', '']);
      await router.sendMultipart(['prober', '', 'I know you']);
      if (type === 'REQ') return;
      const message = await receive(prober);
      expect(message.slice(-2)).toEqual(['', 'I know you']);
    },
  );

  test('a socket with PROBE_ROUTER SHALL probe on every new connection', async () => {
    const dealer = ground.socket('DEALER', { routingId: 'prober', probeRouter: true });
    const routers = [ground.socket('ROUTER'), ground.socket('ROUTER')];
    for (const router of routers) {
      await router.bind(transport.endpoint());
      await dealer.connect(router.lastEndpoint);
      expect(await receive(router)).toEqual(['prober', '']);
    }
  });

  test('a ROUTER with PROBE_ROUTER that is connected to probes too', async () => {
    const router = ground.socket('ROUTER', { probeRouter: true });
    const dealer = ground.socket('DEALER');
    await ground.join(transport, router, dealer);
    expect(await receive(dealer)).toEqual(['']);
  });
});
