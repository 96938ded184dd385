import { describe, expect, test } from '@jest/globals';
import { Context, type ISocket, type ReqSocket, SocketType, ZmqError } from 'rzmq';
import { contextModule, ISocketFactory } from 'rzmq/plugin';
import { outcome } from '../support/turns.js';
import { FakeSocket, NOTHING } from './support/fake-socket.js';

/** A service of an application: it only knows the type of the socket that it is given. */
async function askForThePrice(req: ReqSocket, of: string): Promise<number> {
  await req.connect('tcp://prices.example:5555');
  await req.send(['price', of]);
  return Number(String((await req.recvMultipart())[1]));
}

describe('a Context whose socket factory is replaced', () => {
  const made: FakeSocket[] = [];
  const fakes = contextModule(({ rebind }) =>
    rebind(ISocketFactory).toConstantValue({
      create: (type, options) => {
        const socket = new FakeSocket(type, options);
        made.push(socket);
        return socket;
      },
    }),
  );

  test('gives out the fakes: a service is tested without a network', async () => {
    const context = new Context({ modules: [fakes] });
    const req = context.socket(SocketType.Req, { sendTimeout: 5 });
    const fake = made.at(-1)!;
    expect(req).toBe(fake);
    expect(fake.type).toBe('REQ');
    expect(fake.options.sendTimeout).toBe(5);
    expect(await askForThePrice(req, '42')).toBe(42);
    expect(fake.calls).toEqual(['connect tcp://prices.example:5555']);
    await context.term();
  });

  test('closes them when it terminates, waits for them, and makes no more', async () => {
    const context = new Context({ modules: [fakes] });
    let finish = (): void => {};
    const slow = context.socket(SocketType.Pull) as unknown as FakeSocket;
    slow.close = () =>
      new Promise((resolve) => {
        finish = () => {
          slow.closed = true;
          resolve(NOTHING);
        };
      });
    const fake = context.socket(SocketType.Push) as unknown as FakeSocket;
    let over = false;
    const terminated = context.term().then(() => {
      over = true;
    });
    await outcome(Promise.resolve());
    expect(fake.closes).toBe(1);
    expect(over).toBe(false);
    finish();
    await terminated;
    expect(slow.closed).toBe(true);
    expect(() => context.socket(SocketType.Push)).toThrow(expect.objectContaining({ code: 'ContextTerminated' }));
    await context.term();
    expect(fake.closes).toBe(1);
  });

  test('terminates although one of them fails to close, and says so', async () => {
    const context = new Context({ modules: [fakes] });
    const bad = context.socket(SocketType.Pull) as unknown as FakeSocket;
    const good = context.socket(SocketType.Pull) as unknown as FakeSocket;
    bad.close = () => Promise.reject(new ZmqError('IoError', 'It does not close.'));
    expect(await outcome(context.term())).toBe('IoError');
    expect(good.closed).toBe(true);
    expect(context.terminated).toBe(true);
  });

  test('what its factory throws reaches the caller as it is', async () => {
    const module = contextModule(({ rebind }) =>
      rebind(ISocketFactory).toConstantValue({
        create: () => {
          throw new RangeError('no more sockets');
        },
      }),
    );
    const context = new Context({ modules: [module] });
    expect(() => context.socket(SocketType.Pull)).toThrow(RangeError);
    await context.term();
  });
});

describe('a Context whose socket factory is wrapped', () => {
  test('hands out real sockets, and somebody sees each of them', async () => {
    const seen: ISocket[] = [];
    const watching = contextModule(({ onActivation }) =>
      onActivation(ISocketFactory, (_context, inner) => ({
        create: (type, options) => {
          const socket = inner.create(type, options);
          seen.push(socket);
          return socket;
        },
      })),
    );
    const context = new Context({ modules: [watching], defaults: { linger: 0 } });
    const push = context.socket(SocketType.Push);
    const pull = context.socket(SocketType.Pull);
    expect(seen).toEqual([push, pull]);
    await push.connect(await pull.bind('inproc://a'));
    await push.send('x');
    expect(String(await pull.recv())).toBe('x');
    await context.term();
    expect(seen.every(({ closed }) => closed)).toBe(true);
  });
});
