import { describe, expect, it } from '@jest/globals';
import { Context, type ISocket, type ReqSocket, SocketOption, SocketType, ZmqError } from 'rzmq';
import { createTestContext, FakeSocket, FakeSockets, VirtualClock } from 'rzmq/testing';
import { outcome, turns } from '../support/turns.js';

describe('what was sent, and what is received', () => {
  it('messages are kept as they were sent, whatever becomes of the memory', async () => {
    const socket = new FakeSocket(SocketType.Dealer);
    const memory = Buffer.from('second');
    await socket.send(['first', memory]);
    memory.fill(0);
    await socket.sendMultipart(['a', 'b']);
    expect(socket.trySend('c')).toBe(true);
    expect(socket.sent.map(({ text }) => text)).toEqual([['first', 'second'], ['a', 'b'], ['c']]);
    expect(socket.stats()).toMatchObject({ messagesOut: 3, messagesIn: 0 });
  });

  it('frame by frame, whole, many at once, and by iteration', async () => {
    const socket = new FakeSocket(SocketType.Pull).receives(['a', 'b'], 'c', 'd', 'e');
    const first = await socket.recv();
    expect([String(first), first.more]).toEqual(['a', true]);
    expect((await socket.recvMultipart()).map(String)).toEqual(['b']);
    expect((await socket.recvMany(2)).map((message) => message.map(String))).toEqual([['c'], ['d']]);
    expect(socket.tryRecv()?.map(String)).toEqual(['e']);
    expect(socket.tryRecv()).toBeUndefined();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const [frame] of socket) seen.push(String(frame));
    })();
    socket.receives('f');
    await turns(2);
    await socket.close();
    await reading;
    expect(seen).toEqual(['f']);
  });

  it('addresses of groups and peers are kept', async () => {
    const radio = new FakeSocket(SocketType.Radio);
    await radio.send('news', { group: 'weather' });
    const server = new FakeSocket(SocketType.Server);
    await server.send('answer', { routingId: 7 });
    expect([radio.sent[0]?.group, server.sent[0]?.routingId]).toEqual(['weather', 7]);
  });

  it('a test can wait for what is sent', async () => {
    const socket = new FakeSocket(SocketType.Push);
    const waiting = socket.nextSent();
    await socket.send('here');
    expect((await waiting).text).toEqual(['here']);
    expect(await outcome(socket.nextSent(5, { timeout: 1 }))).toBe('Timeout');
  });
});

describe('it does not let through what a real one would refuse', () => {
  it('types, turns, options', async () => {
    expect(await outcome(new FakeSocket(SocketType.Pull).send('x'))).toBe('InvalidSocketType');
    expect(await outcome(new FakeSocket(SocketType.Push).recv())).toBe('InvalidSocketType');
    const req = new FakeSocket(SocketType.Req);
    expect(await outcome(req.recv())).toBe('InvalidState');
    await req.send('one');
    expect(await outcome(req.send('two'))).toBe('InvalidState');
    req.receives('answer');
    await req.recv();
    await req.send('two');
    expect(() => new FakeSocket(SocketType.Push, { subscribe: 'x' } as object)).toThrow(ZmqError);
    expect(() => {
      req.options.linger = 'x' as unknown as number;
    }).toThrow(ZmqError);
    req.options.linger = 5;
    expect(await req.getOption(SocketOption.LINGER)).toBe(5);
    expect(() => new FakeSocket(SocketType.Push).subscribe('x')).toThrow(ZmqError);
  });

  it('what a real one refuses as a message, or as options of an operation, is refused', async () => {
    const push = new FakeSocket(SocketType.Dealer);
    for (const wrong of [5, null, undefined, {}, [], ['a', 5], [['a']], new Uint16Array(2), new ArrayBuffer(2)]) {
      expect(await outcome(push.send(wrong as string))).toBe('InvalidMessage');
      expect(() => push.trySend(wrong as string)).toThrow(expect.objectContaining({ code: 'InvalidMessage' }));
      expect(() => push.receives(wrong as string)).toThrow(expect.objectContaining({ code: 'InvalidMessage' }));
    }
    expect(await outcome(push.sendMultipart('text' as never))).toBe('InvalidMessage');
    for (const wrong of [2, new AbortController().signal, { timeout: 5 }, { signal: 5 }, { signal: null }]) {
      expect(await outcome(push.send('x', wrong as never))).toBe('InvalidArgument');
      expect(await outcome(push.recv(wrong as never))).toBe('InvalidArgument');
      expect(await outcome(push.recvMany(1, wrong as never))).toBe('InvalidArgument');
    }
    expect(push.sent).toEqual([]);
  });

  it('a RELAXED REQ may ask again', async () => {
    const req = new FakeSocket(SocketType.Req, { relaxed: true });
    await req.send('one');
    await req.send('two');
    expect(req.sent).toHaveLength(2);
  });

  it('a full one holds its senders back, in order, until the peer takes more', async () => {
    const socket = new FakeSocket(SocketType.Push).takes(1);
    await socket.send('1');
    expect([socket.trySend('x'), socket.writable]).toEqual([false, false]);
    const sends = [socket.send('2'), socket.send('3')];
    socket.takes(2);
    await Promise.all(sends);
    expect(socket.sent.map(({ text }) => text[0])).toEqual(['1', '2', '3']);
  });

  it('time limits and signals end the waiting, and lose nothing', async () => {
    const clock = new VirtualClock();
    const socket = new FakeSocket(SocketType.Dealer, { sendTimeout: 100, receiveTimeout: 200 }, { clock }).takes(0);
    const ends = Promise.all([outcome(socket.send('x')), outcome(socket.recv())]);
    await clock.advance(200);
    expect(await ends).toEqual(['Timeout', 'Timeout']);
    const controller = new AbortController();
    const aborted = outcome(socket.recv({ signal: controller.signal }));
    controller.abort();
    expect(await aborted).toBe('Aborted');
    socket.receives('still here');
    expect(String(await socket.recv())).toBe('still here');
    socket.options.receiveTimeout = 0;
    expect(await outcome(socket.recv())).toBe('ResourceLimitReached');
  });

  it('after close everything is refused, and who waits is told', async () => {
    const socket = new FakeSocket(SocketType.Dealer).takes(0);
    const waiting = Promise.all([outcome(socket.send('x')), outcome(socket.recv()), outcome(socket.nextSent())]);
    const report = socket.close();
    expect(await socket.close()).toBe(await report);
    expect(await waiting).toEqual(['SocketClosed', 'SocketClosed', 'SocketClosed']);
    expect(await outcome(socket.bind('tcp://*:1'))).toBe('SocketClosed');
    expect([socket.closed, socket.closes]).toEqual([true, 2]);
  });
});

describe('it fails when it is told to', () => {
  it('once for each time that it was told', async () => {
    const socket = new FakeSocket(SocketType.Dealer)
      .fails('send', 'HostUnreachable')
      .fails('connect', 'InvalidEndpoint');
    expect(await outcome(socket.connect('tcp://x:1'))).toBe('InvalidEndpoint');
    await socket.connect('tcp://x:1');
    expect(await outcome(socket.send('x'))).toBe('HostUnreachable');
    await socket.send('x');
    const waiting = outcome(socket.recv());
    socket.fails('recv', new ZmqError('ContextTerminated', 'over'));
    expect(await waiting).toBe('ContextTerminated');
  });

  it('events reach listeners and monitors', async () => {
    const socket = new FakeSocket(SocketType.Dealer);
    const monitor = socket.monitor();
    const heard: string[] = [];
    socket.events.on('event', ({ type }) => heard.push(type));
    await socket.connect('tcp://x:1');
    socket.emits('disconnect', { endpoint: 'tcp://x:1' });
    await socket.close();
    expect(heard).toEqual(['connect', 'disconnect', 'end']);
    const seen: string[] = [];
    for await (const { type } of monitor) seen.push(type);
    expect(seen).toEqual(['connect', 'disconnect', 'end']);
  });
});

describe('endpoints', () => {
  it('are kept, and made up where any will do', async () => {
    const socket: ISocket & FakeSocket = new FakeSocket(SocketType.Router);
    const real = await socket.bind('tcp://127.0.0.1:*');
    expect(real).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    expect([socket.lastEndpoint, [...socket.bound]]).toEqual([real, [real]]);
    expect(await outcome(socket.bind(real))).toBe('AddrInUse');
    await socket.ready();
    await socket.unbind(real);
    expect(await outcome(socket.unbind(real))).toBe('EndpointNotFound');
    expect(await outcome(socket.disconnect('tcp://a:1'))).toBe('EndpointNotFound');
    socket.disconnectPeer('a peer');
    expect(socket.disconnectedPeers).toEqual(['a peer']);
  });
});

describe('in the place of the sockets of a Context', () => {
  it('the container hands them out', async () => {
    const fakes = new FakeSockets().next((socket) => socket.receives('pong'));
    const context = new Context({ modules: [fakes.module] });
    const req: ReqSocket = context.socket(SocketType.Req);
    await req.connect('tcp://somewhere:5555');
    await req.send('ping');
    expect(String(await req.recv())).toBe('pong');
    expect(fakes.of('REQ').sent.map(({ text }) => text)).toEqual([['ping']]);
    expect(() => fakes.of('SUB')).toThrow(ZmqError);
    await context.term();
    expect(fakes.of('REQ').closed).toBe(true);
  });

  it('on the clock of a test context', async () => {
    const fakes = new FakeSockets();
    const { context, clock } = createTestContext({ modules: [fakes.module] });
    const pull = context.socket(SocketType.Pull, { receiveTimeout: 60_000 });
    const waiting = outcome(pull.recv());
    await clock.advance(60_000);
    expect(await waiting).toBe('Timeout');
  });
});
