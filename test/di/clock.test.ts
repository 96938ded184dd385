import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Context, type SocketEvent, SocketType } from 'rzmq';
import { contextModule, IClock, ITransport, inject, injectable, TcpTransportToken } from 'rzmq/plugin';
import { outcome, turns, until } from '../support/turns.js';
import { MemoryTransport } from './support/memory-transport.js';
import { VirtualClock, withClock } from './support/virtual-clock.js';

const MINUTE = 60_000;

describe('a Context whose clock is replaced', () => {
  let clock: VirtualClock;
  let memory: MemoryTransport;
  let context: Context;

  beforeEach(() => {
    clock = new VirtualClock();
    memory = new MemoryTransport('memory');
    const transport = contextModule(({ bind }) => bind(ITransport).toConstantValue(memory));
    context = new Context({ modules: [withClock(clock), transport], defaults: { linger: 0 } });
  });

  afterEach(async () => {
    await context.term();
    // Nothing of the library waits for time that will not come.
    expect(clock.running).toBe(0);
  });

  test('RCVTIMEO ends a receive exactly when its time is over', async () => {
    const pull = context.socket(SocketType.Pull, { receiveTimeout: 10 * MINUTE });
    let code: unknown;
    void outcome(pull.recv()).then((result) => {
      code = result;
    });
    await clock.advance(10 * MINUTE - 1);
    expect(code).toBeUndefined();
    await clock.advance(1);
    expect(code).toBe('Timeout');
  });

  test('SNDTIMEO ends a send', async () => {
    const push = context.socket(SocketType.Push, { sendTimeout: 10 * MINUTE });
    const code = outcome(push.send('x'));
    await clock.advance(10 * MINUTE);
    expect(await code).toBe('Timeout');
  });

  test('a message in time takes the timer away', async () => {
    const push = context.socket(SocketType.Push);
    const pull = context.socket(SocketType.Pull, { receiveTimeout: MINUTE });
    await pull.bind('inproc://a');
    await push.connect('inproc://a');
    const received = pull.recv();
    expect(clock.running).toBe(1);
    await push.send('x');
    expect(String(await received)).toBe('x');
    expect(clock.running).toBe(0);
  });

  test('linger ends a close that cannot deliver', async () => {
    const push = context.socket(SocketType.Push, { linger: MINUTE, reconnectInterval: 10 * MINUTE });
    await push.connect('memory://nobody');
    await push.send('x');
    await turns(5);
    let over = false;
    const closing = push.close().then(() => {
      over = true;
    });
    await clock.advance(MINUTE - 1);
    expect(over).toBe(false);
    await clock.advance(1);
    await closing;
    expect(push.stats().dropped).toEqual({ linger: 1 });
  });

  test('linger is enough when the peer comes in time', async () => {
    const push = context.socket(SocketType.Push, { linger: MINUTE, reconnectInterval: 100 });
    const pull = context.socket(SocketType.Pull);
    await push.connect('memory://late');
    await push.send('x');
    const closing = push.close();
    await clock.advance(MINUTE / 2);
    await pull.bind('memory://late');
    await clock.advance(200);
    expect(String(await pull.recv())).toBe('x');
    await closing;
    expect(push.stats().dropped).toEqual({});
  });

  test('reconnection waits for RECONNECT_IVL, and doubles up to RECONNECT_IVL_MAX', async () => {
    const push = context.socket(SocketType.Push, { reconnectInterval: 1000, reconnectMaxInterval: MINUTE });
    const intervals: number[] = [];
    push.events.on('connect:retry', ({ interval }: SocketEvent) => void intervals.push(interval!));
    await push.connect('memory://nobody');
    await turns(5);
    for (let attempt = 1; attempt <= 8; attempt++) {
      expect(memory.calls).toHaveLength(attempt);
      await clock.advance(intervals.at(-1)! - 1);
      expect(memory.calls).toHaveLength(attempt);
      await clock.advance(1);
    }
    // Each has a jitter below one interval.
    expect(intervals.map((interval) => Math.min(MINUTE, Math.floor(interval / 1000) * 1000))).toEqual(
      intervals.map((_, attempt) => Math.min(MINUTE, 1000 * 2 ** attempt)),
    );
  });

  test('HANDSHAKE_IVL ends a connection whose peer says nothing', async () => {
    const router = context.socket(SocketType.Router, { handshakeInterval: MINUTE });
    await router.bind('memory://a');
    const silent = await memory.connect({ scheme: 'memory', address: 'a', endpoint: 'memory://a' });
    let closed = false;
    silent.start({
      readBuffer: () => Buffer.alloc(1000),
      onRead: () => true,
      onChunk: () => true,
      onDrained: () => {},
      onClosed: () => {
        closed = true;
      },
    });
    await turns(5);
    await clock.advance(MINUTE - 1);
    expect(closed).toBe(false);
    await clock.advance(1);
    await until(() => closed);
  });

  test('HEARTBEAT_IVL finds a dead peer', async () => {
    const dealer = context.socket(SocketType.Dealer, {
      heartbeatInterval: 1000,
      heartbeatTimeout: 5000,
      reconnectInterval: MINUTE,
    });
    const router = context.socket(SocketType.Router);
    await router.bind('memory://a');
    await dealer.connect('memory://a');
    await until(() => dealer.stats().peers === 1);
    // A living peer answers every PING.
    await clock.advance(MINUTE);
    expect(dealer.stats().peers).toBe(1);
    memory.freeze();
    await clock.advance(10_000);
    expect(dealer.stats().peers).toBe(0);
  });
});

describe('a clock whose timers come a little early, as those of Node do', () => {
  class EarlyClock extends VirtualClock {
    public override after(delay: number, callback: () => void): ReturnType<VirtualClock['after']> {
      return super.after(delay > 1 ? delay - 0.5 : delay, callback);
    }
  }

  test('loses no deadline', async () => {
    const clock = new EarlyClock();
    const memory = new MemoryTransport('tcp');
    const module = contextModule(({ rebind }) => rebind(TcpTransportToken).toConstantValue(memory));
    const context = new Context({ modules: [withClock(clock), module], defaults: { linger: 0 } });
    const router = context.socket(SocketType.Router, { handshakeInterval: MINUTE });
    const failures: string[] = [];
    router.events.on('handshake:error:other', ({ error }) => void failures.push(error.code));
    await router.bind('tcp://a');
    await memory.connect({ scheme: 'tcp', address: 'a', endpoint: 'tcp://a' });
    await turns(5);
    await clock.advance(MINUTE + 10);
    await turns(5);
    expect(failures).toEqual(['Timeout']);
    await context.term();
    expect(clock.running).toBe(0);
  });
});

describe('a class as a service', () => {
  test('is made by the container, with what it asks for by @inject', async () => {
    @injectable()
    class CountingTransport extends MemoryTransport {
      public constructor(@inject(IClock) public readonly clock: IClock) {
        super('counting');
        made.push(this);
      }
    }
    const made: CountingTransport[] = [];
    const clock = new VirtualClock();
    const module = contextModule(({ bind }) => bind(ITransport).to(CountingTransport).inSingletonScope());
    const contexts = [new Context({ modules: [withClock(clock), module] }), new Context({ modules: [module] })];
    // One for each Context, although both were given the same module.
    expect(made).toHaveLength(2);
    expect(made[0]!.clock).toBe(clock);
    expect(made[1]!.clock).not.toBe(clock);
    await Promise.all(contexts.map((context) => context.term()));
  });
});
