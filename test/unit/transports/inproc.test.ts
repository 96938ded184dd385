import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDirectConnection, IDirectEnd, IListener } from '../../../src/core/contracts/transport.js';
import type { InMessage } from '../../../src/core/msg.js';
import { parseEndpoint } from '../../../src/engines/transports/endpoint.js';
import { InprocTransport } from '../../../src/engines/transports/inproc.js';
import { failure, options, scheduler, TestEvents, turns } from './support.js';

/** An end that keeps what it hears. */
class TestEnd implements IDirectEnd {
  public readonly gone = false;
  public readonly socketType = 'PAIR';
  public readonly routingId: Buffer = Buffer.alloc(0);
  public readonly heard: string[] = [];
  public peer: IDirectEnd | undefined;
  public inside = false;

  public onPeer(peer: IDirectEnd): void {
    this.note('peer');
    this.peer = peer;
  }

  public onMessage(message: InMessage): boolean {
    this.note(`message ${message.length}`);
    return true;
  }

  public onRoom(): void {
    this.note('room');
  }

  public onClosed(): void {
    this.note('closed');
  }

  public during(call: () => void): void {
    this.inside = true;
    call();
    this.inside = false;
  }

  private note(what: string): void {
    this.heard.push(this.inside ? `${what} from within` : what);
  }
}

type Events = TestEvents<IDirectConnection>;
let inproc: InprocTransport;

beforeEach(() => {
  inproc = new InprocTransport(scheduler);
});

async function bind(name: string): Promise<[IListener, Events]> {
  const events: Events = new TestEvents();
  return [await inproc.listen(parseEndpoint(`inproc://${name}`), options(), events), events];
}

function connect(name: string, signal: AbortSignal = new AbortController().signal): Promise<IDirectConnection> {
  return inproc.connect(parseEndpoint(`inproc://${name}`), options(), signal);
}

function open(...connections: IDirectConnection[]): TestEnd[] {
  return connections.map((connection) => {
    const end = new TestEnd();
    end.during(() => connection.open(end));
    return end;
  });
}

describe('names', () => {
  test.each(['x', '*', 'a b', 'a/b:c', '://', 'ö'])('%j will do', async (name) => {
    inproc.check(parseEndpoint(`inproc://${name}`), 'bind', options());
    const [listener, events] = await bind(name);
    expect(listener.endpoint).toBe(`inproc://${name}`);
    const connection = await connect(name);
    expect([connection.localAddress, connection.remoteAddress]).toEqual([name, name]);
    await events.next();
  });

  test('a name in use is EADDRINUSE, and free after close', async () => {
    const [listener] = await bind('x');
    const error = await failure(() => bind('x'));
    expect(error).toMatchObject({ code: 'AddrInUse', errno: 'EADDRINUSE', endpoint: 'inproc://x' });
    await listener.close();
    await listener.close();
    const [, events] = await bind('x');
    // The old listener has no say in the name any more.
    await listener.close();
    await connect('x');
    await events.next();
  });

  test('two Contexts have names of their own', async () => {
    await bind('x');
    const other = new InprocTransport(scheduler);
    await other.listen(parseEndpoint('inproc://x'), options(), new TestEvents());
  });
});

describe('connect', () => {
  test('waits for the bind', async () => {
    let connected = 0;
    const waiting = [connect('x'), connect('x'), connect('y')];
    for (const attempt of waiting) void attempt.then(() => connected++);
    await turns();
    expect(connected).toBe(0);
    const [, events] = await bind('x');
    await Promise.all(waiting.slice(0, 2));
    await events.next();
    await events.next();
    expect(connected).toBe(2);
    expect(events.connections).toHaveLength(2);
  });

  test('tells a listener nothing before it is there', async () => {
    const waiting = connect('x');
    let bound = false;
    const early: boolean[] = [];
    const listening = inproc
      .listen(parseEndpoint('inproc://x'), options(), {
        onConnection: () => early.push(!bound),
        onAcceptFailed: () => undefined,
      })
      .then(() => {
        bound = true;
      });
    const late = connect('x');
    await Promise.all([listening, waiting, late]);
    expect(early).toEqual([false, false]);
  });

  test('can be given up while it waits', async () => {
    const abort = new AbortController();
    const given = failure(() => connect('x', abort.signal));
    const kept = connect('x');
    await turns();
    abort.abort();
    expect(await given).toMatchObject({ code: 'Aborted', endpoint: 'inproc://x' });
    const [, events] = await bind('x');
    await kept;
    await turns();
    expect(events.connections).toHaveLength(1);
    expect(await failure(() => connect('x', AbortSignal.abort()))).toMatchObject({ code: 'Aborted' });
  });

  test('forgets a name when all have given up', async () => {
    const abort = new AbortController();
    const given = failure(() => connect('x', abort.signal));
    abort.abort();
    await given;
    const [, events] = await bind('x');
    await turns();
    expect(events.connections).toHaveLength(0);
  });

  test('waits for the next bind when the listener closes in time', async () => {
    const [listener, first] = await bind('x');
    await turns();
    const waiting = connect('x');
    await listener.close();
    await turns();
    expect(first.connections).toHaveLength(0);
    const [, second] = await bind('x');
    await waiting;
    expect(second.connections).toHaveLength(1);
  });

  test('a listener that closes while it accepts gets no more', async () => {
    const both = [connect('x'), connect('x')];
    const abort = new AbortController();
    const given = failure(() => connect('x', abort.signal));
    const accepted: unknown[] = [];
    const listener: IListener = await inproc.listen(parseEndpoint('inproc://x'), options(), {
      onConnection: (connection) => {
        accepted.push(connection);
        abort.abort();
        void listener.close();
      },
      onAcceptFailed: () => undefined,
    });
    await both[0];
    expect(await given).toMatchObject({ code: 'Aborted' });
    expect(accepted).toHaveLength(1);
    const [, events] = await bind('x');
    await both[1];
    expect(events.connections).toHaveLength(1);
  });
});

describe('a pair', () => {
  async function pair(): Promise<[IDirectConnection, IDirectConnection]> {
    const [, events] = await bind('x');
    const connected = await connect('x');
    return [connected, await events.next()];
  }

  test('hears of each other when both are open, and never from within', async () => {
    const [left, right] = await pair();
    const [a] = open(left) as [TestEnd];
    await turns();
    expect(a.heard).toEqual([]);
    const [b] = open(right) as [TestEnd];
    expect(b.heard).toEqual([]);
    await turns();
    expect([a.heard, b.heard]).toEqual([['peer'], ['peer']]);
    expect([a.peer, b.peer]).toEqual([b, a]);
    expect(a.peer?.onMessage([] as never)).toBe(true);
    expect(b.heard).toEqual(['peer', 'message 0']);
  });

  test('ends together, once, and never from within', async () => {
    const [left, right] = await pair();
    const [a, b] = open(left, right) as [TestEnd, TestEnd];
    await turns();
    a.during(() => b.during(() => left.destroy()));
    right.destroy();
    left.destroy();
    await turns();
    expect([a.heard, b.heard]).toEqual([
      ['peer', 'closed'],
      ['peer', 'closed'],
    ]);
  });

  test('that is ended before both are open hears only that', async () => {
    const [left, right] = await pair();
    const [a] = open(left) as [TestEnd];
    right.destroy();
    await turns();
    const [b] = open(right) as [TestEnd];
    expect(b.heard).toEqual([]);
    await turns();
    expect([a.heard, b.heard]).toEqual([['closed'], ['closed']]);
  });

  test('that is ended in the turn in which both opened hears only that', async () => {
    const [left, right] = await pair();
    const ends = open(left, right);
    left.destroy();
    await turns();
    expect(ends.map(({ heard }) => heard)).toEqual([['closed'], ['closed']]);
  });

  test('ended by the first that hears of the other', async () => {
    const [left, right] = await pair();
    const [a, b] = open(left, right) as [TestEnd, TestEnd];
    a.onPeer = () => left.destroy();
    await turns();
    expect(b.heard.at(-1)).toBe('closed');
    expect(a.heard).toEqual(['closed']);
  });
});
