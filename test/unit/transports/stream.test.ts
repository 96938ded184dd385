import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, connect as netConnect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { IConnection, ITransport } from '../../../src/core/contracts/transport.js';
import { IpcTransport } from '../../../src/engines/transports/ipc.js';
import type { ReadMode } from '../../../src/engines/transports/stream-reading.js';
import { TcpTransport } from '../../../src/engines/transports/tcp.js';
import { TcpSockets } from '../../../src/engines/transports/tcp-sockets.js';
import { ManualClock, Opened, Pattern, random, Signal, scheduler, TestSink, turns, until } from './support.js';

const MIB = 1 << 20;
const STREAM_SIZE = 50 * MIB;

/** What one row of the matrix runs over: a transport, and bare sockets of Node as the peer. */
interface Ground {
  transport: ITransport;
  clock: ManualClock;
  opened: Opened;
  endpoint: string;
  servers: Server[];
  sockets: Socket[];
  directory: string;
}

describe.each<[string, ReadMode]>([
  ['tcp', 'lent'],
  ['tcp', 'chunks'],
  ['ipc', 'lent'],
  ['ipc', 'chunks'],
])('a %s connection that reads %s', (scheme, reading) => {
  let ground: Ground;

  beforeEach(() => {
    const clock = new ManualClock();
    const directory = mkdtempSync(join(tmpdir(), 'rzmq-'));
    const transport =
      scheme === 'tcp'
        ? new TcpTransport(new TcpSockets(clock, scheduler, random, undefined, reading))
        : new IpcTransport(clock, scheduler, random, undefined, reading);
    const endpoint = scheme === 'tcp' ? 'tcp://127.0.0.1:0' : `ipc://${directory}/s`;
    ground = { transport, clock, opened: new Opened(), endpoint, servers: [], sockets: [], directory };
  });

  afterEach(async () => {
    await ground.opened.close();
    for (const socket of ground.sockets) socket.destroy();
    for (const server of ground.servers) server.close();
    rmSync(ground.directory, { recursive: true, force: true });
  });

  const pair = (): Promise<[IConnection, IConnection]> => ground.opened.pair(ground.transport, ground.endpoint);

  /** Binds, and connects a bare socket of Node. */
  async function accepted(allowHalfOpen = false): Promise<[IConnection, Socket]> {
    const { listener, events } = await ground.opened.bind(ground.transport, ground.endpoint);
    const address = listener.endpoint.slice(6);
    const target = scheme === 'tcp' ? { host: '127.0.0.1', port: Number(address.split(':')[1]) } : { path: address };
    const socket = netConnect({ ...target, allowHalfOpen });
    ground.sockets.push(socket);
    socket.on('error', () => undefined);
    return [await events.next(), socket];
  }

  /** Connects to a bare server of Node, whose `onSocket` runs at once when it accepts. */
  async function connectedTo(onSocket: (socket: Socket) => void): Promise<IConnection> {
    const server = createServer((socket) => {
      ground.sockets.push(socket);
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    ground.servers.push(server);
    const path = join(ground.directory, 'bare');
    await new Promise<void>((resolve) => {
      server.listen(scheme === 'tcp' ? { host: '127.0.0.1', port: 0 } : { path }, () => resolve());
    });
    const endpoint = scheme === 'tcp' ? `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` : `ipc://${path}`;
    return ground.opened.connect(ground.transport, endpoint);
  }

  function start(connection: IConnection, sink: TestSink): TestSink {
    sink.during(() => connection.start(sink));
    return sink;
  }

  test('reads in the way that it was told to: a stream, after its beginning, straight into the memory of the sink', async () => {
    const [client, server] = await pair();
    const sink = start(server, new TestSink());
    start(client, new TestSink());
    expect(client.write([Buffer.from('hello')])).toBe(true);
    await until(() => sink.received === 5);
    expect(sink.text).toBe('hello');
    // Short reads are handed over as chunks either way.
    expect([sink.reads, sink.chunks > 0]).toEqual([0, true]);
    client.write([Buffer.alloc(4_000_000)]);
    await until(() => sink.received === 4_000_005);
    expect(sink.reads > 0).toBe(reading === 'lent');
  });

  test('carries 50 MB there and back through slow readers, byte for byte', async () => {
    const [client, server] = await pair();
    let echoWaiting = false;
    let echoReads = 0;
    // The echo holds the peer back while its own bytes are not taken, and now and then for nothing.
    const echo: TestSink = new TestSink({
      onBytes: (bytes) => {
        echoWaiting = !server.write([bytes]);
        if (!echoWaiting && ++echoReads % 50 !== 0) return true;
        if (!echoWaiting) setImmediate(() => server.resume());
        return false;
      },
    });
    echo.onDrained = () => {
      echoWaiting = false;
      server.resume();
    };
    start(server, echo);

    const sent = new Pattern();
    const expected = new Pattern();
    let intact = true;
    let reads = 0;
    const sink: TestSink = new TestSink({
      onBytes: (bytes) => {
        intact &&= expected.matches(bytes);
        if (++reads % 20 !== 0) return true;
        setImmediate(() => client.resume());
        return false;
      },
    });
    let left = STREAM_SIZE;
    const sendMore = (): void => {
      while (left > 0) {
        const chunks: Buffer[] = [];
        for (const size of [3, 70_001, 1, 300_007]) {
          const piece = sent.next(Math.min(size, left));
          left -= piece.length;
          chunks.push(piece);
        }
        if (!client.write(chunks)) return;
      }
    };
    sink.onDrained = sendMore;
    start(client, sink);
    sendMore();
    await until(() => sink.received === STREAM_SIZE || sink.closed.done);
    expect(sink.received).toBe(STREAM_SIZE);
    expect(intact).toBe(true);
    expect(echoWaiting).toBe(false);
  }, 180_000);

  test('carries 50 MB in both directions at once', async () => {
    const ends = await pair();
    const done = ends.map((connection) => {
      const sent = new Pattern();
      const expected = new Pattern();
      const finished = new Signal<boolean>();
      let intact = true;
      let left = STREAM_SIZE;
      const sendMore = (): void => {
        while (left > 0) {
          const piece = sent.next(Math.min(65_536, left));
          left -= piece.length;
          if (!connection.write([piece])) return;
        }
      };
      const sink: TestSink = new TestSink({
        onBytes: (bytes) => {
          intact &&= expected.matches(bytes);
          if (sink.received === STREAM_SIZE) finished.set(intact);
          return true;
        },
      });
      sink.onDrained = sendMore;
      start(connection, sink);
      sendMore();
      return finished.promise;
    });
    expect(await Promise.all(done)).toEqual([true, true]);
  }, 180_000);

  test('loses nothing that a peer sends while it is accepted, and reads nothing before start', async () => {
    const connection = await connectedTo((socket) => socket.write('first words'));
    await turns(20);
    const sink = start(connection, new TestSink());
    expect(sink.received).toBe(0);
    await until(() => sink.received === 11);
    expect(sink.text).toBe('first words');
    expect(sink.calledInside).toBe(false);
  });

  test('loses nothing that a peer sends before its connection is accepted', async () => {
    const [server, socket] = await accepted();
    socket.end('first and last words');
    await turns(20);
    const sink = start(server, new TestSink());
    expect(await sink.closed.promise).toBeUndefined();
    expect(sink.text).toBe('first and last words');
  });

  test('sends several chunks in order', async () => {
    const [client, server] = await pair();
    const sink = start(server, new TestSink());
    start(client, new TestSink());
    expect(client.write(['a', 'bc', '', 'def'].map((text) => Buffer.from(text)))).toBe(true);
    expect(client.write([new Uint8Array([0x67])])).toBe(true);
    expect(client.write([])).toBe(true);
    await until(() => sink.received === 7);
    expect(sink.text).toBe('abcdefg');
  });

  test('writes that are taken at once owe no onDrained', async () => {
    const [client, server] = await pair();
    const sink = start(client, new TestSink());
    const other = start(server, new TestSink());
    for (let i = 0; i < 10; i++) expect(sink.during(() => client.write([Buffer.alloc(100)]))).toBe(true);
    await until(() => other.received === 1000);
    expect(sink.drained).toBe(0);
  });

  test('a write that is not taken answers false, and onDrained comes once, when it is', async () => {
    const [client, server] = await pair();
    const sink = start(client, new TestSink());
    expect(client.write([Buffer.from('taken at once')])).toBe(true);
    const big = new Pattern();
    const chunks = Array.from({ length: 32 }, () => big.next(900_000));
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    expect(sink.during(() => client.write(chunks))).toBe(false);
    await turns(20);
    expect(sink.drained).toBe(0);

    const expected = new Pattern();
    let head = 13;
    let intact = true;
    const other = start(
      server,
      new TestSink({
        onBytes: (bytes) => {
          const skipped = Math.min(head, bytes.length);
          head -= skipped;
          intact &&= expected.matches(bytes.subarray(skipped));
          return true;
        },
      }),
    );
    await until(() => sink.drained > 0 && other.received === size + 13);
    expect(intact).toBe(true);
    expect(client.write([Buffer.from('more')])).toBe(true);
    await until(() => other.received === size + 17);
    expect(sink.drained).toBe(1);
    expect(sink.calledInside).toBe(false);
  });

  test('is held back by an answer of false, until resume', async () => {
    let accepting = false;
    const [client, server] = await pair();
    const sink: TestSink = new TestSink({ bufferSize: 1000, onBytes: () => accepting });
    start(server, sink);
    const writer = start(client, new TestSink());
    client.write([Buffer.alloc(16 * MIB)]);
    await until(() => sink.received > 0);
    const first = sink.received;
    await turns(20);
    expect(sink.received).toBe(first);
    expect(writer.drained).toBe(0);
    accepting = true;
    server.resume();
    await until(() => sink.received === 16 * MIB);
    expect(sink.reads + sink.chunks).toBeGreaterThan(2);
  });

  test('is held back by pause, right after start and later', async () => {
    const [client, server] = await pair();
    const sink = new TestSink();
    start(client, new TestSink());
    client.write([Buffer.from('one')]);
    sink.during(() => {
      server.start(sink);
      server.pause();
    });
    await turns(20);
    expect(sink.received).toBe(0);
    server.resume();
    await until(() => sink.received === 3);
    server.pause();
    client.write([Buffer.from('two')]);
    await turns(20);
    expect(sink.received).toBe(3);
    server.resume();
    server.pause();
    await turns(20);
    expect(sink.received).toBe(3);
    server.resume();
    await until(() => sink.received === 6);
    expect(sink.text).toBe('onetwo');
  });

  test('the end of the peer is told once, without an error', async () => {
    const [client, server] = await pair();
    const sink = start(server, new TestSink());
    const other = start(client, new TestSink());
    client.write([Buffer.from('bye')]);
    other.during(() => client.close());
    expect(await sink.closed.promise).toBeUndefined();
    expect(await other.closed.promise).toBeUndefined();
    expect(sink.text).toBe('bye');
    await turns(20);
    expect(sink.closedCount).toBe(1);
    expect(other.closedCount).toBe(1);
    expect(sink.calledAfterClosed || other.calledAfterClosed || other.calledInside).toBe(false);
  });

  test('a peer that only stopped sending still gets what is being written', async () => {
    const [server, socket] = await accepted(true);
    socket.pause();
    const sink = start(server, new TestSink());
    expect(server.write([Buffer.alloc(16 * MIB, 1)])).toBe(false);
    socket.end();
    await turns(20);
    expect(sink.closed.done).toBe(false);
    let size = 0;
    socket.on('data', (bytes) => {
      size += bytes.length;
    });
    socket.resume();
    expect(await sink.closed.promise).toBeUndefined();
    await until(() => size === 16 * MIB);
    expect(sink.drained).toBe(1);
    expect(ground.clock.timers.size).toBe(0);
  });

  test('a peer that stopped sending and takes nothing is not waited for without end', async () => {
    const [server, socket] = await accepted(true);
    socket.pause();
    const sink = start(server, new TestSink());
    server.write([Buffer.alloc(16 * MIB, 1)]);
    socket.end();
    await until(() => ground.clock.timers.size === 1);
    expect(server.write([Buffer.from('too late')])).toBe(false);
    ground.clock.fire();
    expect(await sink.closed.promise).toBeUndefined();
    expect(sink.drained).toBe(0);
  });

  test('close sends what was written first', async () => {
    const [client, server] = await pair();
    const sink = start(client, new TestSink());
    expect(client.write([Buffer.alloc(16 * MIB, 2)])).toBe(false);
    sink.during(() => client.close());
    expect(client.write([Buffer.from('not any more')])).toBe(false);
    await turns(20);
    expect(sink.closed.done).toBe(false);
    const other = start(server, new TestSink());
    expect(await other.closed.promise).toBeUndefined();
    expect(await sink.closed.promise).toBeUndefined();
    expect(other.received).toBe(16 * MIB);
    expect(sink.drained).toBe(1);
    expect(ground.clock.timers.size).toBe(0);
  });

  test('close loses nothing to a peer that sends at the same time', async () => {
    const [client, server] = await pair();
    const sink = start(client, new TestSink({ onBytes: () => false }));
    const other = start(server, new TestSink());
    other.onDrained = () => void server.write([Buffer.alloc(MIB)]);
    while (server.write([Buffer.alloc(MIB)])) await turns(1);
    await until(() => sink.received > 0);
    const received = sink.received;
    client.write([Buffer.alloc(4 * MIB, 3)]);
    client.close();
    await until(() => other.received === 4 * MIB);
    expect(await other.closed.promise).toBeUndefined();
    expect(await sink.closed.promise).toBeUndefined();
    expect(sink.received).toBe(received);
  });

  test('close does not wait without end for a peer that does not end its side', async () => {
    const [server, socket] = await accepted(true);
    const sink = start(server, new TestSink());
    server.write([Buffer.from('bye')]);
    server.close();
    server.close();
    const end = new Promise((resolve) => socket.once('end', resolve));
    socket.resume();
    await end;
    await turns(20);
    expect(sink.closed.done).toBe(false);
    expect(ground.clock.timers.size).toBe(1);
    ground.clock.fire();
    expect(await sink.closed.promise).toBeUndefined();
  });

  test('close from within a read does not touch what was read', async () => {
    const [server, socket] = await accepted();
    let lent: Buffer = Buffer.alloc(0);
    const sink: TestSink = new TestSink({
      onBytes: (bytes) => {
        lent = bytes;
        server.close();
        return false;
      },
    });
    start(server, sink);
    socket.write('kept');
    await until(() => sink.received === 4);
    socket.write('XXXX');
    await turns(20);
    socket.end();
    expect(await sink.closed.promise).toBeUndefined();
    expect(lent.toString()).toBe('kept');
    expect(sink.received).toBe(4);
  });

  test('destroy ends it now, even while a write is pending', async () => {
    const [client, server] = await pair();
    const sink = start(client, new TestSink());
    expect(client.write([Buffer.alloc(16 * MIB), Buffer.alloc(16 * MIB)])).toBe(false);
    sink.during(() => {
      client.destroy();
      client.destroy();
    });
    client.close();
    expect(client.write([Buffer.from('x')])).toBe(false);
    expect(await sink.closed.promise).toBeUndefined();
    await turns(20);
    expect(sink.drained).toBe(0);
    expect(sink.closedCount).toBe(1);
    expect(sink.calledInside).toBe(false);
    const other = start(server, new TestSink());
    await other.closed.promise;
    expect(other.received).toBeLessThan(32 * MIB);
  });

  test('destroy from within a read is the last that is heard', async () => {
    const [server, socket] = await accepted();
    const sink: TestSink = new TestSink({
      onBytes: () => {
        server.destroy();
        return true;
      },
    });
    start(server, sink);
    socket.write(Buffer.alloc(MIB));
    expect(await sink.closed.promise).toBeUndefined();
    await turns(20);
    expect(sink.reads + sink.chunks).toBe(1);
    expect(sink.closedCount).toBe(1);
  });

  test('destroy ends a close that is under way', async () => {
    const [client] = await pair();
    const sink = start(client, new TestSink());
    client.write([Buffer.alloc(16 * MIB)]);
    client.close();
    await turns(5);
    client.destroy();
    expect(await sink.closed.promise).toBeUndefined();
    expect(sink.drained).toBe(0);
  });

  test('can be ended before it is started', async () => {
    const [client, server] = await pair();
    client.close();
    server.destroy();
    await turns(20);
    const sink = start(client, new TestSink());
    expect(await sink.closed.promise).toBeUndefined();
    expect(sink.calledInside).toBe(false);
    const early = new Signal();
    server.destroy();
    const other = new TestSink();
    other.onClosed = () => early.set();
    server.start(other);
    await early.promise;
  });

  test('start right after destroy tells the end, later and once', async () => {
    const [client] = await pair();
    client.destroy();
    const sink = start(client, new TestSink());
    client.pause();
    client.resume();
    await sink.closed.promise;
    await turns(20);
    expect(sink.calledInside).toBe(false);
    expect(sink.closedCount).toBe(1);
  });

  test('names its addresses', async () => {
    const [client, server] = await pair();
    if (scheme === 'ipc') {
      expect([client.localAddress, client.remoteAddress]).toEqual(['', `${ground.directory}/s`]);
      expect([server.localAddress, server.remoteAddress]).toEqual([`${ground.directory}/s`, '']);
      return;
    }
    expect(client.localAddress).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(client.remoteAddress).toBe(server.localAddress);
    expect(server.remoteAddress).toBe(client.localAddress);
  });

  test('closing the listener neither waits for connections nor ends them, and frees the address', async () => {
    const { listener, events } = await ground.opened.bind(ground.transport, ground.endpoint);
    const client = await ground.opened.connect(ground.transport, listener.endpoint);
    const unstarted = await ground.opened.connect(ground.transport, listener.endpoint);
    const server = await events.next();
    await events.next();
    const sink = start(server, new TestSink());
    start(client, new TestSink());
    await listener.close();
    await listener.close();
    const again = await ground.opened.bind(ground.transport, listener.endpoint);
    expect(again.listener.endpoint).toBe(listener.endpoint);
    client.write([Buffer.from('still here')]);
    await until(() => sink.received === 10);
    expect(sink.closed.done).toBe(false);
    unstarted.destroy();
  });

  test('a limit of connections closes those beyond it, and counts only those that live', async () => {
    const { listener, events } = await ground.opened.bind(ground.transport, ground.endpoint, { maxConnections: 2 });
    const first = start(await ground.opened.connect(ground.transport, listener.endpoint), new TestSink());
    start(await ground.opened.connect(ground.transport, listener.endpoint), new TestSink());
    const accepted = start(await events.next(), new TestSink());
    start(await events.next(), new TestSink());

    const refused = start(await ground.opened.connect(ground.transport, listener.endpoint), new TestSink());
    await refused.closed.promise;
    expect(events.connections).toHaveLength(2);
    expect(events.failures).toHaveLength(1);
    expect(events.failures[0]).toMatchObject({ code: 'ResourceLimitReached', endpoint: listener.endpoint });
    expect(events.failures[0]?.message).toContain('maxConnections');

    events.connections[0]?.destroy();
    await accepted.closed.promise;
    await first.closed.promise;
    await ground.opened.connect(ground.transport, listener.endpoint);
    await events.next();
    expect(events.failures).toHaveLength(1);
  });
});
