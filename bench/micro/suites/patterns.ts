import { Msg } from '../../../src/core/msg.js';
import type { Pipe } from '../../../src/core/pipe.js';
import { Distributor, Outlet } from '../../../src/patterns/distributor.js';
import { FairQueue } from '../../../src/patterns/fair-queue.js';
import { LoadBalancer } from '../../../src/patterns/load-balancer.js';
import { Route, RoutingTable } from '../../../src/patterns/routing-table.js';
import { connectedPipe, FarEnd, NO_EVENTS } from '../far-end.js';
import type { Case } from '../harness.js';

const message = Buffer.alloc(64, 'x');
const received: [Msg] = [new Msg(message)];
const BURST = 100;

/** Each pipe gets so many messages, then all are received. */
function fairQueue(count: number): (times: number) => number {
  const queue = new FairQueue();
  const events = { ...NO_EVENTS, readActivated: (pipe: Pipe): void => queue.readActivated(pipe) };
  const pipes = Array.from({ length: count }, () => connectedPipe(new FarEnd(), events));
  return (times) => {
    let bytes = 0;
    for (let done = 0; done < times; done += count * BURST) {
      for (const pipe of pipes) for (let i = 0; i < BURST; i++) pipe.deliver(received);
      for (let next = queue.recv(); next !== undefined; next = queue.recv()) bytes += next[0].size;
    }
    return bytes;
  };
}

function loadBalancer(count: number): (times: number) => number {
  const balancer = new LoadBalancer();
  const end = new FarEnd();
  for (let i = 0; i < count; i++) balancer.attach(connectedPipe(end));
  return (times) => {
    for (let i = 0; i < times; i++) balancer.send(message);
    return end.taken;
  };
}

function distributor(count: number): (times: number) => number {
  const all = new Distributor();
  const end = new FarEnd();
  for (let i = 0; i < count; i++) all.attach(new Outlet(connectedPipe(end)));
  return (times) => {
    for (let i = 0; i < times; i++) {
      all.begin();
      all.chooseAll();
      all.send(message);
    }
    return end.taken;
  };
}

/** @param frame what names the route: the Buffer that ROUTER itself gave out, or the same bytes from elsewhere. */
function routes(count: number, frame: (id: Buffer) => Buffer | string | Msg): (times: number) => number {
  const table = new RoutingTable();
  const ids = Array.from({ length: count }, (_, i) => Buffer.from(`worker-${i}`));
  for (const id of ids) table.add(new Route(connectedPipe(new FarEnd())), id);
  const frames = ids.map(frame);
  return (times) => {
    let found = 0;
    for (let i = 0; i < times; i++) if (table.find(frames[i % count]!) !== undefined) found++;
    return found;
  };
}

export const cases: readonly Case[] = [
  ...[1, 10, 1000].map((n) => ({ name: `fair queue, a message of ${n} pipes`, prepare: () => fairQueue(n) })),
  ...[1, 10, 1000].map((n) => ({ name: `load balancer, a message to one of ${n}`, prepare: () => loadBalancer(n) })),
  ...[1, 10, 100, 1000].map((n) => ({ name: `distributor, a message to all of ${n}`, prepare: () => distributor(n) })),
  ...[10, 10_000].flatMap((n) => [
    { name: `routing table of ${n}, by the same Buffer`, prepare: () => routes(n, (id) => id) },
    { name: `routing table of ${n}, by other bytes`, prepare: () => routes(n, (id) => Buffer.from(id)) },
    { name: `routing table of ${n}, by text`, prepare: () => routes(n, String) },
  ]),
];
