/** What one process of a measurement does: see bench/peers/peer.mjs. */
export type Role = 'push' | 'pull' | 'inproc' | 'req' | 'rep' | 'dealer' | 'router' | 'pub' | 'sub';

export interface Row {
  readonly name: string;
  /** Rates are compared as they are, times the other way round, so that above 1 always means that rzmq is faster. */
  readonly metric: 'rate' | 'latency';
  /** The binding process first; one role when both ends are in one process. */
  readonly roles: readonly [Role, ...Role[]];
  /** The role that sends, whose last word is how many messages there were. */
  readonly source: Role;
  readonly transport: 'tcp' | 'ipc' | 'inproc';
  readonly size: number;
  /** trySend and recvMany where the library has them. */
  readonly fast?: boolean;
  readonly subscribers?: number;
  readonly outstanding?: number;
  /** Part of a run without --full. */
  readonly usual?: boolean;
}

const stream = { metric: 'rate', roles: ['pull', 'push'], source: 'push', transport: 'tcp' } as const;
const inproc = { metric: 'rate', roles: ['inproc'], source: 'inproc', transport: 'inproc' } as const;
const fanOut = { metric: 'rate', roles: ['pub', 'sub'], source: 'pub', transport: 'tcp', size: 64 } as const;

export const rows: readonly Row[] = [
  { ...stream, name: 'PUSH/PULL 64 B', size: 64, usual: true },
  { ...stream, name: 'PUSH/PULL 1 KB', size: 1024, usual: true },
  { ...stream, name: 'PUSH/PULL 64 KB', size: 65_536, usual: true },
  {
    name: 'REQ/REP 64 B',
    metric: 'latency',
    roles: ['rep', 'req'],
    source: 'req',
    transport: 'tcp',
    size: 64,
    usual: true,
  },
  { ...stream, name: 'PUSH/PULL 64 B fastest API', size: 64, fast: true },
  { ...stream, name: 'PUSH/PULL 64 B ipc', size: 64, transport: 'ipc' },
  { ...inproc, name: 'PUSH/PULL 64 B inproc', size: 64 },
  { ...inproc, name: 'PUSH/PULL 64 KB inproc', size: 65_536 },
  {
    name: 'DEALER/ROUTER 64 B, 100 outstanding',
    metric: 'rate',
    roles: ['router', 'dealer'],
    source: 'dealer',
    transport: 'tcp',
    size: 64,
    outstanding: 100,
  },
  { ...fanOut, name: 'PUB/SUB 64 B to 1', subscribers: 1 },
  { ...fanOut, name: 'PUB/SUB 64 B to 10', subscribers: 10 },
];
