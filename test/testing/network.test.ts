import { describe, expect, it } from '@jest/globals';
import { type ISocket, type SocketOptionsInit, SocketType, type ZmqError } from 'rzmq';
import { createTestContext, Simulation, type SimulationOptions } from 'rzmq/testing';

type Work = (world: Simulation, push: ISocket, pull: ISocket) => Promise<void>;

/** A PUSH on the host "from" that is connected to a PULL on the host "to". */
async function withPair(
  work: Work,
  options: SimulationOptions = {},
  socketOptions: SocketOptionsInit = {},
): Promise<void> {
  const world = new Simulation(options);
  await world.run(async () => {
    const pull = world.context('to').socket(SocketType.Pull, socketOptions);
    await pull.bind('tcp://to:1');
    const push = world.context('from').socket(SocketType.Push, { linger: 0, ...socketOptions });
    await push.connect('tcp://to:1');
    await push.ready();
    await work(world, push as unknown as ISocket, pull as unknown as ISocket);
  });
}

const text = async (socket: Pick<ISocket, 'recv'>): Promise<string> => String(await socket.recv());
const event = (
  socket: Pick<ISocket, 'events'>,
  name: 'disconnect' | 'handshake' | 'connect:retry',
): Promise<ZmqError | undefined> =>
  new Promise((resolve) => socket.events.once(name, ({ error }: { error?: ZmqError }) => resolve(error)));

describe('the conditions of a link', () => {
  it('latency and bandwidth are what a message takes', () =>
    withPair(async (world, push, pull) => {
      world.network.setLink('from', 'to', { latency: 100, bandwidth: 10_000 });
      const began = world.clock.now();
      await push.send(Buffer.alloc(10_000));
      await pull.recv();
      expect(world.clock.now() - began).toBeGreaterThanOrEqual(1100);
      expect(world.clock.now() - began).toBeLessThan(1200);
    }));

  it('jitter keeps the order', () =>
    withPair(
      async (_, push, pull) => {
        for (let i = 0; i < 50; i++) await push.send(String(i));
        for (let i = 0; i < 50; i++) expect(await text(pull)).toBe(String(i));
      },
      { conditions: { jitter: 1000, pieceSize: 3 } },
    ));

  it('connectionLoss breaks connections, and they are made again', () =>
    withPair(async (world, push, pull) => {
      const lost = event(push, 'disconnect');
      world.network.setConditions({ connectionLoss: 1 });
      await push.send('lost');
      expect((await lost)?.errno).toBe('ECONNRESET');
      expect(world.network.brokenEnds).toBeGreaterThan(0);
      expect(world.network.lostBytes).toBeGreaterThan(0);
      world.network.setConditions({ connectionLoss: 0 });
      await push.ready();
      await push.send('arrives');
      expect(await text(pull)).toBe('arrives');
    }));
});

describe('cuts and partitions', () => {
  it('hold up what is sent, and nobody hears of it; healed, it arrives', () =>
    withPair(async (world, push, pull) => {
      world.network.partition(['from']);
      await push.send('patience');
      await world.advance(600_000);
      expect([pull.readable, push.stats().peers]).toEqual([false, 1]);
      world.network.heal();
      expect(await text(pull)).toBe('patience');
    }));

  it('that last too long end the connection of who sends; the other end stays half open', () =>
    withPair(
      async (world, push, pull) => {
        const lost = event(push, 'disconnect');
        world.network.cut('from', 'to');
        await push.send('into the void');
        expect((await lost)?.errno).toBe('ETIMEDOUT');
        expect(pull.stats().peers).toBe(1);
      },
      { giveUpAfter: 60_000 },
    ));

  it('in one direction only, the other one works until its sender has to be answered', () =>
    withPair(async (world, push, pull) => {
      world.network.cut('to', 'from');
      await push.send('one way');
      expect(await text(pull)).toBe('one way');
    }));

  it('are found by heartbeats', () =>
    withPair(
      async (world, push) => {
        const lost = event(push, 'disconnect');
        world.network.partition(['from']);
        const began = world.clock.now();
        expect((await lost)?.code).toBe('Timeout');
        expect(world.clock.now() - began).toBeLessThanOrEqual(4000);
      },
      {},
      { heartbeatInterval: 1000, heartbeatTimeout: 2000 },
    ));

  it('a connect waits for an answer as long as tcp would, or as long as connectTimeout says', async () => {
    const world = new Simulation();
    await world.run(async () => {
      const pull = world.context('to').socket(SocketType.Pull);
      await pull.bind('tcp://to:1');
      const push = world.context('from').socket(SocketType.Push, { connectTimeout: 5000, reconnectInterval: 1 });
      world.network.partition(['from'], ['to']);
      const retried = event(push, 'connect:retry');
      await push.connect('tcp://to:1');
      expect((await retried)?.errno).toBe('ETIMEDOUT');
      expect(world.clock.now()).toBe(5000);
      world.network.heal();
      await push.ready();
    });
  });
});

describe('hosts', () => {
  it('a kill is heard at once, and the next process is found', () =>
    withPair(async (world, push) => {
      const lost = event(push, 'disconnect');
      world.host('to').kill();
      await lost;
      const again = world.context('to').socket(SocketType.Pull);
      await again.bind('tcp://to:1');
      await push.send('to the new one');
      expect(await text(again)).toBe('to the new one');
    }));

  it('a crash is heard by nobody, until the host is back and answers with a reset', () =>
    withPair(async (world, push, pull) => {
      let told = false;
      const lost = event(push, 'disconnect').then((error) => {
        told = true;
        return error;
      });
      world.host('to').crash();
      const dead = pull.recv();
      await push.send('lost');
      await world.advance(60_000);
      expect(told).toBe(false);
      world.host('to').restart();
      expect((await lost)?.errno).toBe('ECONNRESET');
      // Nothing of the crashed process goes on, and its promises with it.
      await Promise.race([dead, world.advance(60_000)]);
    }));

  it('a process that stands still goes on where it was', () =>
    withPair(async (world, push, pull) => {
      const waiting = text(pull);
      world.host('to').pause();
      await push.send('later');
      await world.advance(10_000);
      world.host('to').resume();
      expect(await waiting).toBe('later');
    }));

  it('a slow reader holds its sender back', () =>
    withPair(
      async (world, push, pull) => {
        world.host('to').readRate = 1000;
        const began = world.clock.now();
        const sends = Array.from({ length: 20 }, () => push.send(Buffer.alloc(1000)));
        for (let i = 0; i < 20; i++) await pull.recv();
        await Promise.all(sends);
        expect(world.clock.now() - began).toBeGreaterThan(15_000);
      },
      { conditions: { window: 2000 } },
      { sendHighWaterMark: 1, receiveHighWaterMark: 1 },
    ));

  it('one that refuses, refuses', async () => {
    const world = new Simulation();
    await world.run(async () => {
      const pull = world.context('to').socket(SocketType.Pull);
      await pull.bind('tcp://to:1');
      world.host('to').refusing = true;
      const push = world.context('from').socket(SocketType.Push, { reconnectInterval: 10 });
      const retried = event(push, 'connect:retry');
      await push.connect('tcp://to:1');
      expect((await retried)?.code).toBe('ConnectionRefused');
      world.host('to').refusing = false;
      await push.ready();
    });
  });

  it('addresses, names and ports are those of the host', async () => {
    const world = new Simulation();
    await world.run(async () => {
      const rep = world.context('to').socket(SocketType.Rep);
      expect(await rep.bind('tcp://to:5555')).toBe('tcp://10.0.0.1:5555');
      await expect(rep.bind('tcp://from:5555')).rejects.toMatchObject({ code: 'AddrNotAvailable' });
      await expect(rep.bind('tcp://*:5555')).rejects.toMatchObject({ code: 'AddrInUse' });
      const other = world.context('from').socket(SocketType.Rep);
      expect(await other.bind('tcp://*:5555')).toBe('tcp://0.0.0.0:5555');
      expect(await other.bind('ipc://*')).toMatch(/^ipc:\/\//);
    });
  });
});

describe('the same seed gives the same world', () => {
  const hash = async (seed: number): Promise<string> => {
    const options = { seed, conditions: { latency: 5, jitter: 5, pieceSize: 10, connectionLoss: 0.02 } };
    let trace = '';
    await withPair(async (world, push) => {
      for (let i = 0; i < 50; i++) await push.send(String(i));
      await world.advance(10_000);
      trace = world.trace.hash;
    }, options);
    return trace;
  };

  it('and another seed another one', async () => {
    expect(await hash(3)).toBe(await hash(3));
    expect(await hash(3)).not.toBe(await hash(4));
  });

  it('and what fails says which it was', async () => {
    const world = new Simulation({ seed: 42 });
    await expect(world.run(() => Promise.reject(new Error('odd')))).rejects.toThrow('odd [seed 42]');
  });
});

describe('createTestContext', () => {
  it('is a Context as in production, on a clock that stands still', async () => {
    const { context, clock, logger } = createTestContext({ seed: 1 });
    const rep = context.socket(SocketType.Rep);
    const req = context.socket(SocketType.Req, { receiveTimeout: 3_600_000 });
    await req.connect(await rep.bind('tcp://127.0.0.1:*'));
    await req.send('no run is needed');
    expect(await text(rep)).toBe('no run is needed');
    const waiting = expect(req.recv()).rejects.toMatchObject({ code: 'Timeout' });
    await clock.advance(3_600_000);
    await waiting;
    expect(logger.messages('error')).toEqual([]);
    await context.term({ deadline: 0 });
  });
});
