import { afterEach, describe, expect, test } from '@jest/globals';
import { Context, SocketType } from 'rzmq';
import {
  type ContextModule,
  contextModule,
  type InMessage,
  type IPattern,
  IPatternFactory,
  type IPatternHost,
  type OutMessage,
  type Pipe,
} from 'rzmq/plugin';
import { outcome } from '../support/turns.js';

/** Sends every message to all its peers, and receives from all: a socket type that ZeroMQ does not have. */
class BusPattern implements IPattern {
  protected readonly pipes: Set<Pipe> = new Set();

  public constructor(protected readonly host: IPatternHost) {}

  public attach(pipe: Pipe): boolean {
    this.pipes.add(pipe);
    return true;
  }

  public connected(): void {}

  public disconnected(): void {}

  public detach(pipe: Pipe): void {
    this.pipes.delete(pipe);
  }

  public readActivated(): void {}

  public writeActivated(): void {}

  public send(message: OutMessage): boolean {
    let lost = 0;
    for (const pipe of this.pipes) if (!pipe.write(message)) lost++;
    if (lost > 0) this.host.dropped('high-water-mark', lost);
    return true;
  }

  public recv(): InMessage | undefined {
    for (const pipe of this.pipes) {
      const message = pipe.read();
      if (message !== undefined) return message;
    }
    return undefined;
  }

  public get writable(): boolean {
    return true;
  }

  public get readable(): boolean {
    for (const pipe of this.pipes) if (pipe.readable > 0) return true;
    return false;
  }
}

let context: Context;

function contextWith(...modules: ContextModule[]): Context {
  context = new Context({ modules, defaults: { linger: 0 } });
  return context;
}

afterEach(() => context.term());

const pattern = (type: string, create: (host: IPatternHost) => IPattern) =>
  contextModule(({ bind }) => bind(IPatternFactory).toConstantValue({ type, create }));

const bus = pattern('BUS', (host) => new BusPattern(host));

describe('a socket type of a module', () => {
  test.each(['tcp://127.0.0.1:*', 'inproc://bus'])('talks over %s as any other', async (endpoint) => {
    contextWith(bus);
    const [one, two, three] = [context.socket('BUS'), context.socket('BUS'), context.socket('BUS')];
    expect(one.type).toBe('BUS');
    await one.bind(endpoint);
    for (const socket of [two, three]) {
      await socket.connect(one.lastEndpoint);
      await socket.send(`from ${socket === two ? 'two' : 'three'}`);
    }
    const received = [String(await one.recv()), String(await one.recv())];
    expect(received.sort()).toEqual(['from three', 'from two']);
    await one.send(['to', 'all']);
    for (const socket of [two, three]) expect((await socket.recvMultipart()).map(String)).toEqual(['to', 'all']);
    expect([one.stats().dropped, one.stats().peers]).toEqual([{}, 2]);
  });

  test('has the common options, waits, times out and closes as any other', async () => {
    contextWith(bus);
    const socket = context.socket('BUS', { receiveTimeout: 0, sendHighWaterMark: 7 });
    expect(socket.options.sendHighWaterMark).toBe(7);
    expect(socket.options.type).toBe(-1);
    expect(await outcome(socket.recv())).toBe('ResourceLimitReached');
    socket.options.receiveTimeout = -1;
    const waiting = outcome(socket.recv());
    await socket.close();
    expect(await waiting).toBe('SocketClosed');
  });

  test('drops at the high-water mark, and the socket counts it', async () => {
    contextWith(bus);
    const [one, two] = [context.socket('BUS', { sendHighWaterMark: 2 }), context.socket('BUS')];
    await one.connect('inproc://bus');
    for (let n = 0; n < 5; n++) await one.send(String(n));
    expect(one.stats().dropped).toEqual({ 'high-water-mark': 3 });
    await two.bind('inproc://bus');
    expect([String(await two.recv()), String(await two.recv())]).toEqual(['0', '1']);
  });

  test('is known only to its own Context, whose error says which there are', async () => {
    contextWith();
    expect(() => context.socket('BUS')).toThrow(expect.objectContaining({ code: 'InvalidSocketType' }));
    expect(() => context.socket('BUS')).toThrow(/"BUS".*PUSH.*PULL|"BUS".*PULL.*PUSH/);
  });
});

describe('a socket type of the package', () => {
  test('is replaced by that of a module; the last one bound wins', async () => {
    const numbered = (mark: string) =>
      pattern('PUSH', (host) => {
        class Marking extends BusPattern {
          public override send(message: OutMessage): boolean {
            return super.send([mark, message as string]);
          }
        }
        return new Marking(host);
      });
    contextWith(numbered('first'), numbered('second'));
    const push = context.socket(SocketType.Push);
    const pull = context.socket(SocketType.Pull);
    await push.connect(await pull.bind('inproc://a'));
    await push.send('x');
    expect((await pull.recvMultipart()).map(String)).toEqual(['second', 'x']);
  });
});
