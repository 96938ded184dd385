import { describe, expect, test } from '@jest/globals';
import { rejected, thrown } from '../support/spec-errors.js';
import { numbered, receive, receiveAll, texts, turn, until, useGround } from '../support/spec-ground.js';
import { INPROC, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('RFC 28 over $name: REQ', (transport) => {
  const ground = useGround();

  test('REQ SHALL send and then receive exactly one message at a time', async () => {
    const [req, rep] = [ground.socket('REQ', { receiveTimeout: 20 }), ground.socket('REP')];
    await ground.join(transport, rep, req);
    await rejected(req.recv(), 'InvalidState', 'EFSM');
    thrown(() => req.tryRecv(), 'InvalidState', 'EFSM');
    await req.send('one');
    await rejected(req.send('two'), 'InvalidState', 'EFSM');
    thrown(() => req.trySend('two'), 'InvalidState', 'EFSM');
    await rejected(req.recv(), 'Timeout', 'EAGAIN');
    expect(await receive(rep)).toEqual(['one']);
    await rep.send('reply to one');
    req.options.receiveTimeout = -1;
    expect(await receive(req)).toEqual(['reply to one']);
    await rejected(req.recv(), 'InvalidState', 'EFSM');
    await req.send('two');
    expect(await receive(rep)).toEqual(['two']);
  });

  test('REQ SHALL be readable only while it waits for a reply, and writable only while it does not', async () => {
    const [req, rep] = [ground.socket('REQ'), ground.socket('REP')];
    await ground.join(transport, rep, req);
    expect([req.readable, req.writable]).toEqual([false, true]);
    await req.send('?');
    expect([req.readable, req.writable]).toEqual([false, false]);
    await rep.recv();
    await rep.send('!');
    await until(() => req.readable);
    expect([req.readable, req.writable]).toEqual([true, false]);
    await req.recv();
    expect([req.readable, req.writable]).toEqual([false, true]);
  });

  test('REQ SHALL prefix the outgoing message with an empty delimiter frame', async () => {
    const [req, router] = [ground.socket('REQ', { routingId: 'me' }), ground.socket('ROUTER')];
    await ground.join(transport, router, req);
    await req.sendMultipart(['a', '', 'b']);
    expect(await receive(router)).toEqual(['me', '', 'a', '', 'b']);
  });

  test('REQ SHALL remove the delimiter, and pass the data frames of the reply as they are', async () => {
    const [req, router] = [ground.socket('REQ', { routingId: 'me' }), ground.socket('ROUTER')];
    await ground.join(transport, router, req);
    await req.send('?');
    await router.recvMultipart();
    await router.sendMultipart(['me', '', '', 'a', '']);
    expect(await receive(req)).toEqual(['', 'a', '']);
  });

  test('REQ SHALL route outgoing messages to its peers using a round-robin strategy', async () => {
    const req = ground.socket('REQ');
    for (const name of ['a', 'b', 'c']) {
      const rep = ground.socket('REP');
      await ground.join(transport, rep, req);
      void (async () => {
        for await (const [question] of rep) await rep.send(`${name} ${String(question)}`);
      })();
    }
    const replies: string[] = [];
    for (const text of numbered('', 6)) {
      await req.send(text);
      replies.push((await receive(req)).join());
    }
    expect(replies).toEqual(['a 0', 'b 1', 'c 2', 'a 3', 'b 4', 'c 5']);
  });

  test('REQ SHALL block on sending, or return a suitable error, when it has no peer, and SHALL NOT change its state', async () => {
    const req = ground.socket('REQ', { sendTimeout: 20 });
    await rejected(req.send('nobody'), 'Timeout', 'EAGAIN');
    expect(req.trySend('nobody')).toBe(false);
    await rejected(req.recv(), 'InvalidState', 'EFSM');
    req.options.sendTimeout = -1;
    const waiting = req.send('somebody');
    const rep = ground.socket('REP');
    await rep.bind(transport.endpoint());
    await req.connect(rep.lastEndpoint);
    await waiting;
    expect(await receive(rep)).toEqual(['somebody']);
  });

  test('REQ SHALL accept a reply only from the peer that it asked, and SHALL discard silently those of others', async () => {
    const req = ground.socket('REQ', { routingId: 'me' });
    const [asked, other] = [ground.socket('ROUTER'), ground.socket('ROUTER')];
    await ground.join(transport, asked, req);
    await ground.join(transport, other, req);
    await req.send('question');
    await asked.recvMultipart();
    await other.sendMultipart(['me', '', 'uncalled for']);
    await until(() => !req.readable && req.stats().dropped.unexpected === 1);
    await asked.sendMultipart(['me', '', 'answer']);
    expect(await receive(req)).toEqual(['answer']);
    await req.send('second question');
    expect(await receive(other)).toEqual(['me', '', 'second question']);
    await other.sendMultipart(['me', '', 'second answer']);
    expect(await receive(req)).toEqual(['second answer']);
    expect(req.stats().dropped).toEqual({ unexpected: 1 });
  });

  test('REQ SHALL discard everything that came before the request was sent', async () => {
    const req = ground.socket('REQ', { routingId: 'me' });
    const router = ground.socket('ROUTER');
    await ground.join(transport, router, req);
    await req.send('first');
    await router.recvMultipart();
    // Sent in one turn, so that all are here when the first is.
    for (const text of ['answer', 'answer again', 'and again']) expect(router.trySend(['me', '', text])).toBe(true);
    expect(await receive(req)).toEqual(['answer']);
    await req.send('second');
    await router.recvMultipart();
    await router.sendMultipart(['me', '', 'second answer']);
    const replies = [await receive(req)];
    expect(replies).toEqual([['second answer']]);
    expect(req.stats().dropped).toEqual({ unexpected: 2 });
  });

  test('REQ SHALL NOT send before the last frame of the reply was received', async () => {
    const [rep, req] = [ground.socket('REP'), ground.socket('REQ')];
    await ground.join(transport, rep, req);
    await req.send('?');
    await rep.recv();
    await rep.sendMultipart(['a', 'b']);
    expect((await req.recv()).more).toBe(true);
    expect(req.writable).toBe(false);
    await rejected(req.send('too early'), 'InvalidState', 'EFSM');
    expect(String(await req.recv())).toBe('b');
    await req.send('now');
    expect(await receive(rep)).toEqual(['now']);
  });

  test('REQ SHALL NOT send a request again: one that is lost with its peer leaves the socket waiting', async () => {
    const req = ground.socket('REQ', { receiveTimeout: 20 });
    const rep = ground.socket('REP');
    const endpoint = await ground.join(transport, rep, req);
    await req.send('lost');
    await rep.recv();
    await rep.close();
    await ground.log(req).nth('disconnect');
    const next = ground.socket('REP', { receiveTimeout: 20 });
    if (transport === INPROC) await next.bind(endpoint);
    else {
      const again = ground.log(req).nth('handshake', 2);
      await next.bind(endpoint);
      await again;
    }
    await rejected(next.recv(), 'Timeout', 'EAGAIN');
    await rejected(req.recv(), 'Timeout', 'EAGAIN');
    await rejected(req.send('another'), 'InvalidState', 'EFSM');
  });

  test('REQ SHALL take the reply of any peer once the one that it asked is lost', async () => {
    const req = ground.socket('REQ', { routingId: 'me' });
    const [asked, other] = [ground.socket('ROUTER'), ground.socket('ROUTER')];
    await ground.join(transport, req, asked, other);
    await req.send('question');
    expect(await receive(asked)).toEqual(['me', '', 'question']);
    await asked.close();
    await ground.log(req).nth('disconnect');
    await turn();
    await other.sendMultipart(['me', '', 'answer of another']);
    expect(await receive(req)).toEqual(['answer of another']);
  });

  test('REQ SHALL close the connection of a peer whose message has no delimiter, for good', async () => {
    const req = ground.socket('REQ', { routingId: 'me' });
    const router = ground.socket('ROUTER');
    await ground.join(transport, router, req);
    await req.send('?');
    await router.recvMultipart();
    await router.sendMultipart(['me', 'no delimiter']);
    const reply = req.recvMultipart();
    const { error } = await ground.log(req).nth('disconnect');
    expect([error?.code, error?.errno, error?.fatal]).toEqual(['ProtocolViolation', 'EPROTO', true]);
    expect(ground.log(req).of('connect:retry')).toEqual([]);
    await req.close();
    await rejected(reply, 'SocketClosed', 'ENOTSOCK');
    expect(req.stats().dropped).toEqual({ unexpected: 1 });
  });
});

describe.each(TRANSPORTS)('RFC 28 over $name: REP', (transport) => {
  const ground = useGround();

  test('REP SHALL receive and then send exactly one message at a time', async () => {
    const [rep, req] = [ground.socket('REP', { receiveTimeout: 20 }), ground.socket('REQ')];
    await ground.join(transport, rep, req);
    await rejected(rep.send('nobody asked'), 'InvalidState', 'EFSM');
    thrown(() => rep.trySend('nobody asked'), 'InvalidState', 'EFSM');
    await rejected(rep.recv(), 'Timeout', 'EAGAIN');
    expect(rep.writable).toBe(false);
    await req.send('?');
    await until(() => rep.readable);
    expect(await receive(rep)).toEqual(['?']);
    expect([rep.readable, rep.writable]).toEqual([false, true]);
    await rejected(rep.recv(), 'InvalidState', 'EFSM');
    thrown(() => rep.tryRecv(), 'InvalidState', 'EFSM');
    await rep.send('!');
    await rejected(rep.send('!!'), 'InvalidState', 'EFSM');
    expect(await receive(req)).toEqual(['!']);
  });

  test('REP SHALL take a reply only after the last frame of the request was received', async () => {
    const [rep, req] = [ground.socket('REP'), ground.socket('REQ')];
    await ground.join(transport, rep, req);
    await req.sendMultipart(['a', 'b']);
    expect((await rep.recv()).more).toBe(true);
    expect(rep.writable).toBe(false);
    await rejected(rep.send('too early'), 'InvalidState', 'EFSM');
    expect((await rep.recv()).more).toBe(false);
    await rep.send('now');
    expect(await receive(req)).toEqual(['now']);
  });

  test('REP SHALL receive incoming messages from its peers using a fair-queuing strategy', async () => {
    const rep = ground.socket('REP');
    const endpoint = await rep.bind(transport.endpoint());
    for (const name of ['a', 'b', 'c']) {
      const dealer = ground.socket('DEALER', { linger: -1 });
      await ground.link(endpoint, rep, dealer);
      for (const text of numbered(name, 2)) await dealer.sendMultipart(['', text]);
      await dealer.close();
    }
    await ground.log(rep).nth('disconnect', 3);
    const order: string[] = [];
    while (order.length < 6) {
      order.push((await receive(rep)).join());
      await rep.send('nobody is there');
    }
    expect(order).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'c1']);
    expect(rep.stats().dropped).toEqual({ 'no-route': 6 });
  });

  test('REP SHALL remove and store the address envelope, and SHALL prepend it to the reply', async () => {
    const [rep, dealer] = [ground.socket('REP'), ground.socket('DEALER')];
    await ground.join(transport, rep, dealer);
    await dealer.sendMultipart(['hop 1', 'hop 2', '', 'body', '', 'more']);
    expect(await receive(rep)).toEqual(['body', '', 'more']);
    await rep.sendMultipart(['reply', '']);
    expect(await receive(dealer)).toEqual(['hop 1', 'hop 2', '', 'reply', '']);
  });

  test('REP SHALL deliver each reply to the peer that asked', async () => {
    const rep = ground.socket('REP');
    const reqs = [ground.socket('REQ'), ground.socket('REQ'), ground.socket('REQ')] as const;
    await ground.join(transport, rep, ...reqs);
    await Promise.all(reqs.map((req, index) => req.send(`${index}`)));
    for (let left = 3; left > 0; left--) {
      const [question] = await receive(rep);
      await rep.send(`to ${question}`);
    }
    for (const [index, req] of reqs.entries()) expect(await receive(req)).toEqual([`to ${index}`]);
  });

  test('REP SHALL discard silently a request without a delimiter, and stays ready to receive', async () => {
    const [rep, dealer] = [ground.socket('REP'), ground.socket('DEALER')];
    await ground.join(transport, rep, dealer);
    await dealer.send('no delimiter');
    await dealer.sendMultipart(['no', 'delimiter']);
    await dealer.sendMultipart(['', 'proper']);
    expect(await receive(rep)).toEqual(['proper']);
    expect(rep.stats().dropped).toEqual({ unexpected: 2 });
    await rep.send('reply');
    expect(await receive(dealer)).toEqual(['', 'reply']);
  });

  test('REP SHALL silently discard the reply if the originating peer is no longer connected', async () => {
    const [rep, leaving, staying] = [ground.socket('REP'), ground.socket('REQ'), ground.socket('REQ')];
    await ground.join(transport, rep, leaving, staying);
    await leaving.send('from the leaving one');
    expect(await receive(rep)).toEqual(['from the leaving one']);
    await leaving.close();
    await ground.log(rep).nth('disconnect');
    await rep.send('to nobody');
    expect(rep.stats().dropped).toEqual({ 'no-route': 1 });
    await staying.send('from the staying one');
    expect(await receive(rep)).toEqual(['from the staying one']);
    await rep.send('to the staying one');
    expect(await receive(staying)).toEqual(['to the staying one']);
  });

  test('REP SHALL NOT block on sending: a reply to a peer that is full is discarded', async () => {
    const rep = ground.socket('REP', { sendHighWaterMark: 1 });
    const dealer = ground.socket('DEALER', { receiveHighWaterMark: 1 });
    await ground.join(transport, rep, dealer);
    const requests = 100;
    for (const text of numbered('', requests)) await dealer.sendMultipart(['', text]);
    const reply = Buffer.alloc(200_000);
    for (let left = requests; left > 0; left--) {
      await rep.recv();
      await rep.send(reply);
    }
    const dropped = rep.stats().dropped['high-water-mark'] ?? 0;
    expect(dropped).toBeGreaterThan(0);
    for (let left = requests - dropped; left > 0; left--) expect(texts(await dealer.recvMultipart())).toHaveLength(2);
    await dealer.sendMultipart(['', 'afterwards']);
    expect(await receive(rep)).toEqual(['afterwards']);
    await rep.send('small again');
    expect(await receive(dealer)).toEqual(['', 'small again']);
  });

  test('REP SHALL keep requests in the order of each peer while it serves others', async () => {
    const [rep, dealer] = [ground.socket('REP'), ground.socket('DEALER')];
    await ground.join(transport, rep, dealer);
    void (async () => {
      for await (const message of rep) await rep.sendMultipart(message);
    })();
    const sends = numbered('', 300).map((text) => dealer.sendMultipart([`id ${text}`, '', text]));
    expect(await receiveAll(dealer, 300)).toEqual(numbered('', 300).map((text) => `id ${text}||${text}`));
    await Promise.all(sends);
  });
});
