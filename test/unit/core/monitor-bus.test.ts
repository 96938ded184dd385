import { constants } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import {
  MONITOR_EVENT_NUMBER,
  MonitorEvent,
  type MonitorEventName,
  type SocketEvent,
  type SocketEventFacts,
} from '../../../src/core/contracts/monitor.js';
import { ZmqError, type ZmqErrorCode } from '../../../src/core/errors.js';
import { MonitorBus } from '../../../src/core/monitor-bus.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';
import { outcomes } from '../../support/promises.js';

function bus(): { bus: MonitorBus; scheduler: ManualScheduler } {
  const scheduler = new ManualScheduler();
  return { bus: new MonitorBus(scheduler), scheduler };
}

async function typesOf(events: AsyncIterable<SocketEvent>): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of events) types.push(type);
  return types;
}

/** libzmq's numbers (ZMQ_EVENT_*), written down here once more. */
const NUMBERS: Readonly<Record<MonitorEventName, number>> = {
  connect: 1,
  'connect:delay': 2,
  'connect:retry': 4,
  bind: 8,
  'bind:error': 16,
  accept: 32,
  'accept:error': 64,
  close: 128,
  'close:error': 256,
  disconnect: 512,
  end: 1024,
  'handshake:error:other': 2048,
  handshake: 4096,
  'handshake:error:protocol': 8192,
  'handshake:error:auth': 16_384,
  'pipe:stats': 65_536,
  dropped: 0x40000000,
};

describe('events', () => {
  it.each(Object.entries(NUMBERS) as [MonitorEventName, number][])('%s is ZMQ_EVENT number %d', (name, number) => {
    const { bus: events } = bus();
    const heard: unknown[] = [];
    events.on('event', (event) => heard.push([event.type, event.event, event.endpoint, event.interval]));
    events.publish(name, 'tcp://there', { interval: 7 });
    expect(heard).toEqual([[name, number, 'tcp://there', 7]]);
    expect(MONITOR_EVENT_NUMBER[name]).toBe(number);
  });

  it('are told by their name, all of them as `event`, to each listener in order', () => {
    const { bus: events } = bus();
    const heard: string[] = [];
    events.on('bind', ({ type }) => heard.push(`1 ${type}`));
    events.on('bind', ({ type }) => heard.push(`2 ${type}`));
    events.on('event', ({ type }) => heard.push(`all ${type}`));
    events.publish('bind', 'a');
    events.publish('accept', 'a');
    expect(heard).toEqual(['1 bind', '2 bind', 'all bind', 'all accept']);
  });

  it('end with `end`: nothing is told after it', () => {
    const { bus: events } = bus();
    const heard: string[] = [];
    events.on('event', ({ type }) => heard.push(type));
    for (const type of ['bind', 'end', 'close', 'end'] as const) events.publish(type, '');
    expect(heard).toEqual(['bind', 'end']);
  });
});

describe('the value of an event', () => {
  const failure = (code: ZmqErrorCode, errno?: string, detail?: number): SocketEventFacts => ({
    error: new ZmqError(code, 'no', { errno, detail }),
  });

  it.each<[MonitorEventName, SocketEventFacts, number]>([
    ['connect', {}, -1],
    ['bind', {}, -1],
    ['accept', {}, -1],
    ['close', failure('ConnectionRefused'), -1],
    ['disconnect', {}, -1],
    ['connect:delay', {}, constants.errno.EINPROGRESS],
    ['connect:retry', { interval: 120 }, 120],
    ['bind:error', failure('AddrInUse'), constants.errno.EADDRINUSE],
    ['bind:error', failure('IoError', 'ENOENT'), constants.errno.ENOENT],
    ['bind:error', failure('IoError', 'nobody knows it'), 0],
    ['accept:error', failure('IoError', 'EMFILE'), constants.errno.EMFILE],
    ['close:error', failure('IoError'), constants.errno.EIO],
    ['handshake', {}, 0],
    ['handshake:error:other', failure('ConnectionClosed'), constants.errno.EPIPE],
    ['handshake:error:other', failure('Timeout', 'ETIMEDOUT'), constants.errno.EAGAIN],
    ['handshake:error:other', failure('IncompatibleTransport'), 156384764],
    ['handshake:error:protocol', failure('ProtocolViolation'), 0x10000000],
    ['handshake:error:protocol', failure('ProtocolViolation', undefined, 0x11000002), 0x11000002],
    ['handshake:error:auth', failure('AuthenticationFailure', undefined, 400), 400],
    ['pipe:stats', { queuedOut: 3, queuedIn: 5 }, 3],
    ['dropped', { reason: 'linger', messages: 7 }, 7],
    ['end', {}, 0],
  ])("of %s is libzmq's", (name, facts, value) => {
    const { bus: events } = bus();
    const heard: number[] = [];
    events.on('event', (event) => heard.push(event.value));
    events.publish(name, '', facts);
    expect(heard).toEqual([value]);
  });
});

describe('a listener that throws', () => {
  it('harms neither the socket nor other listeners nor iterators, and its error surfaces by itself', async () => {
    const { bus: events, scheduler } = bus();
    const heard: string[] = [];
    const iterator = events.iterate();
    const error = new Error("the user's");
    events.on('bind', () => {
      throw error;
    });
    events.on('bind', () => heard.push('second'));
    events.on('event', () => heard.push('event'));
    expect(() => events.publish('bind', '')).not.toThrow();
    expect(heard).toEqual(['second', 'event']);
    expect((await iterator.next()).value).toMatchObject({ type: 'bind' });
    expect(() => scheduler.turn()).toThrow(error);
  });
});

describe('an iterator', () => {
  it('answers all events from its making on, those that come while it waits too', async () => {
    const { bus: events } = bus();
    events.publish('bind', 'before');
    const iterator = events.iterate();
    events.publish('accept', 'a');
    const steps = [iterator.next(), iterator.next(), iterator.next()];
    events.publish('handshake', 'b');
    events.publish('disconnect', 'c');
    expect((await Promise.all(steps)).map(({ value }) => (value as { endpoint: string }).endpoint)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('ends after `end`, with what came before still to be read', async () => {
    const { bus: events } = bus();
    const types: string[] = [];
    const iterator = events.iterate();
    events.publish('bind', '');
    events.publish('end', '');
    for await (const { type } of iterator) types.push(type);
    expect(types).toEqual(['bind', 'end']);
  });

  it('that waits when the socket closes gets `end`, and the next step is done', async () => {
    const { bus: events } = bus();
    const iterator = events.iterate();
    const steps = [iterator.next(), iterator.next()];
    events.publish('end', '');
    expect(await Promise.all(steps)).toMatchObject([{ done: false, value: { type: 'end' } }, { done: true }]);
  });

  it('that is made after `end` is done at once', async () => {
    const { bus: events } = bus();
    events.publish('end', '');
    expect(await events.iterate().next()).toEqual({ value: undefined, done: true });
  });

  it('keeps 100 events for a slow reader, and then the newest', async () => {
    const { bus: events } = bus();
    const iterator = events.iterate();
    for (let i = 0; i < 250; i++) events.publish('accept', String(i));
    events.publish('end', '250');
    const seen: string[] = [];
    for await (const { endpoint } of iterator) seen.push(endpoint);
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => String(i + 151)));
  });

  it('says how many events it lost', async () => {
    const { bus: events } = bus();
    const [slow, fast] = [events.iterate(), events.iterate()];
    for (let i = 0; i < 103; i++) {
      events.publish('accept', String(i));
      await fast.next();
    }
    expect([slow.missed, fast.missed]).toEqual([3, 0]);
  });

  it('hears only what its mask names', async () => {
    const { bus: events } = bus();
    const iterator = events.iterate(MonitorEvent.ACCEPTED | MonitorEvent.MONITOR_STOPPED);
    const rest = events.iterate(MonitorEvent.ALL & ~MonitorEvent.ACCEPTED);
    for (const type of ['bind', 'accept', 'handshake', 'dropped', 'end'] as const) events.publish(type, '');
    expect(await typesOf(iterator)).toEqual(['accept', 'end']);
    expect(await typesOf(rest)).toEqual(['bind', 'handshake', 'end']);
  });

  it('is independent of others: one that stops, or is slow, takes nothing from the rest', async () => {
    const { bus: events } = bus();
    const [fast, slow, stopped] = [events.iterate(), events.iterate(), events.iterate()];
    const waiting = stopped.next();
    await stopped.return?.();
    expect(await waiting).toEqual({ value: undefined, done: true });
    for (let i = 0; i < 3; i++) {
      events.publish('accept', String(i));
      expect((await fast.next()).value).toMatchObject({ endpoint: String(i) });
    }
    expect((await slow.next()).value).toMatchObject({ endpoint: '0' });
    expect(await stopped.next()).toEqual({ value: undefined, done: true });
    expect(await outcomes([fast.next()])).toEqual(['pending']);
  });

  it('leaves the loop with break, and holds nothing any more', async () => {
    const { bus: events } = bus();
    const iterator = events.iterate();
    events.publish('accept', 'a');
    events.publish('accept', 'b');
    for await (const { endpoint } of iterator) {
      expect(endpoint).toBe('a');
      break;
    }
    events.publish('accept', 'c');
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });
});
