import type { Metric } from './measured.js';

/** What one process of a measurement does: see bench/peers/peer.mjs. */
export type Role =
  | 'push'
  | 'pull'
  | 'inproc'
  | 'req'
  | 'rep'
  | 'dealer'
  | 'router'
  | 'pub'
  | 'sub'
  | 'dealers'
  | 'crowdRouter';

export type Transport = 'tcp' | 'ipc' | 'inproc';

/** What the processes of a measurement are told. */
export interface Task {
  /** Bytes of one message. */
  readonly size: number;
  /** Both high-water marks of both ends. */
  readonly hwm: number;
  /** trySend and recvMany where the library has them. */
  readonly fast?: boolean;
  /** Encrypted by CURVE, at rzmq's end with that cipher. */
  readonly curve?: 'own' | 'sodium-native';
  readonly subscribers?: number;
  /** How many topics each subscriber asks for; without, it asks for everything. */
  readonly prefixes?: number;
  /** How many DEALERs there are. */
  readonly dealers?: number;
  /** Requests on their way at once, of each DEALER. */
  readonly outstanding?: number;
}

interface AnyRow {
  readonly name: string;
  readonly metrics: readonly Metric[];
  /** Part of a run without --full. */
  readonly usual?: boolean;
}

/** Two processes, or one with both ends, that pass messages. */
export interface TrafficRow extends AnyRow {
  readonly kind: 'traffic';
  /** The binding process first; one role when both ends are in one process. */
  readonly roles: readonly [Role, ...Role[]];
  /** The role that sends, whose last word is how many messages there were. */
  readonly source: Role;
  readonly transport: Transport;
  readonly task: Task;
  /** Which of libzmq's own programs measure the same: throughput or latency. */
  readonly tools?: 'thr' | 'lat';
}

/** A process that makes a socket and ends, many times over. */
export interface StartUpRow extends AnyRow {
  readonly kind: 'start-up';
}

export type Row = TrafficRow | StartUpRow;

/** The default of both libraries. */
const HWM = 1000;
/** A large message fills the queues with memory: 2 × 1000 × 1 MB are 2 GB on each side. 20 are twice a fast round trip. */
const HWM_OF_MEGABYTES = 20;
/**
 * A publisher drops what is above the mark, and must be kept below. With 1000 that costs both libraries a quarter of their
 * rate; above 20,000 nobody gains.
 */
const HWM_OF_PUBLISHER = 20_000;

const sizes = [
  { size: 16, text: '16 B' },
  { size: 64, text: '64 B', usual: true },
  { size: 256, text: '256 B' },
  { size: 1024, text: '1 KB', usual: true },
  { size: 8192, text: '8 KB' },
  { size: 65_536, text: '64 KB', usual: true },
  { size: 1_048_576, text: '1 MB' },
] as const;

/** By transport: the goals of the idiomatic API; what is not here has none. */
const streamGoals: Readonly<Record<Transport, Readonly<Record<number, number>>>> = {
  tcp: { 16: 12, 64: 12, 256: 9, 1024: 7, 8192: 3, 65536: 1.8, 1048576: 1 },
  ipc: { 16: 12, 64: 12, 256: 9, 1024: 7, 8192: 3, 65536: 1.8, 1048576: 1 },
  inproc: { 64: 20, 65536: 50 },
};
/** The same for the fastest API. */
const fastGoals: typeof streamGoals = { tcp: { 64: 18 }, ipc: { 64: 18 }, inproc: {} };

const rateOf = (goal?: number): Metric => ({
  value: 'rate',
  unit: 'msg/s',
  better: 'more',
  ...(goal !== undefined && { goal }),
});

function streams(transport: Transport, fast: boolean): TrafficRow[] {
  const ends =
    transport === 'inproc'
      ? ({ roles: ['inproc'], source: 'inproc' } as const)
      : ({ roles: ['pull', 'push'], source: 'push' } as const);
  const goals = (fast ? fastGoals : streamGoals)[transport];
  return sizes.map(({ size, text, ...rest }) => ({
    kind: 'traffic',
    name: `PUSH/PULL ${text}${transport === 'tcp' ? '' : ` ${transport}`}${fast ? ' fastest API' : ''}`,
    metrics: [rateOf(goals[size])],
    ...ends,
    transport,
    task: { size, hwm: size > 65_536 ? HWM_OF_MEGABYTES : HWM, fast },
    ...(!fast && { tools: 'thr' as const }),
    ...('usual' in rest && !fast && transport === 'tcp' && { usual: true }),
  }));
}

function fanOut(name: string, goal: number | undefined, task: Pick<Task, 'subscribers' | 'prefixes'>): TrafficRow {
  return {
    kind: 'traffic',
    name: `PUB/SUB 64 B ${name}`,
    metrics: [rateOf(goal)],
    roles: ['pub', 'sub'],
    source: 'pub',
    transport: 'tcp',
    task: { size: 64, hwm: HWM_OF_PUBLISHER, ...task },
  };
}

/** CURVE, with the cipher that needs nothing installed, or with libsodium, which libzmq has too. */
function encrypted(curve: NonNullable<Task['curve']>, goals: Readonly<Record<number, number>>): TrafficRow[] {
  return sizes
    .filter(({ size }) => size in goals)
    .map(({ size, text }) => ({
      kind: 'traffic',
      name: `CURVE ${text}${curve === 'own' ? '' : ` with ${curve}`}`,
      metrics: [rateOf(goals[size])],
      roles: ['pull', 'push'],
      source: 'push',
      transport: 'tcp',
      task: { size, hwm: HWM, curve },
    }));
}

const time = { unit: 'µs', better: 'less' } as const;

export const rows: readonly Row[] = [
  ...streams('tcp', false),
  ...streams('tcp', true),
  ...streams('ipc', false),
  ...streams('ipc', true),
  ...streams('inproc', false),
  ...streams('inproc', true),
  {
    kind: 'traffic',
    name: 'REQ/REP 64 B',
    metrics: [
      { ...time, value: 'p50', label: 'round trip p50', goal: 1 / 0.75 },
      { ...time, value: 'p99', label: 'round trip p99', goal: 1 / 0.6 },
      { ...time, value: 'mean', label: 'round trip mean' },
    ],
    roles: ['rep', 'req'],
    source: 'req',
    transport: 'tcp',
    task: { size: 64, hwm: HWM },
    tools: 'lat',
    usual: true,
  },
  {
    kind: 'traffic',
    name: 'DEALER/ROUTER 64 B, 100 outstanding',
    metrics: [rateOf(5)],
    roles: ['router', 'dealer'],
    source: 'dealer',
    transport: 'tcp',
    task: { size: 64, hwm: HWM, outstanding: 100 },
  },
  fanOut('to 1', 10, { subscribers: 1 }),
  fanOut('to 10', undefined, { subscribers: 10 }),
  fanOut('to 100', 8, { subscribers: 100 }),
  fanOut('10,000 prefixes', 8, { subscribers: 1, prefixes: 10_000 }),
  {
    kind: 'traffic',
    name: '500 DEALERs to a ROUTER',
    metrics: [
      { value: 'rate', label: 'round trips', unit: '/s', better: 'more', goal: 2 },
      { value: 'setUpRate', label: 'set-up', unit: '/s', better: 'more', goal: 2 },
      { value: 'bytesPerConnection', label: 'memory each', unit: 'B', better: 'less', goal: 1 / 1.5 },
    ],
    roles: ['crowdRouter', 'dealers'],
    source: 'dealers',
    transport: 'tcp',
    task: { size: 64, hwm: HWM, dealers: 500, outstanding: 1 },
  },
  ...encrypted('own', { 64: 1, 1024: 0.6, 65536: 0.15 }),
  ...encrypted('sodium-native', { 64: 2.5, 1024: 2, 65536: 1.2 }),
  {
    kind: 'start-up',
    name: 'Start-up',
    metrics: [
      { value: 'wallMs', label: 'to end', unit: 'ms', better: 'less', goal: 1 / 1.3 },
      { value: 'cpuMs', label: 'CPU', unit: 'ms', better: 'less' },
    ],
  },
];
