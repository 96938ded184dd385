import type { Metric } from './measured.js';
import type { Row, TrafficRow } from './rows.js';

const rate = (goal?: number): Metric => ({
  value: 'rate',
  unit: 'msg/s',
  better: 'more',
  ...(goal !== undefined && { goal }),
});
const time = { unit: 'µs', better: 'less' } as const;

function stream(text: string, size: number, hwm: number, goal: number): TrafficRow {
  return {
    kind: 'traffic',
    name: `stream of ${text}`,
    metrics: [rate(goal)],
    roles: ['pull', 'push'],
    source: 'push',
    transport: 'tcp',
    task: { size, hwm },
  };
}

/** Our io_uring engine against our standard engine: where it wins, and where it must not lose. */
export const uringRows: readonly Row[] = [
  {
    kind: 'traffic',
    name: '500 connections, echo of 64 B',
    metrics: [
      { value: 'rate', label: 'rate', unit: '/s', better: 'more', goal: 1.7 },
      { ...time, value: 'serverCpuPerMessage', label: 'CPU of the server, each', goal: 1 / 0.6 },
      { value: 'setUpRate', label: 'set-up', unit: '/s', better: 'more' },
      { value: 'bytesPerConnection', label: 'memory each', unit: 'B', better: 'less' },
    ],
    roles: ['crowdRouter', 'dealers'],
    source: 'dealers',
    transport: 'tcp',
    task: { size: 64, hwm: 1000, dealers: 500, outstanding: 1 },
  },
  stream('64 B', 64, 1000, 1.3),
  stream('1 KB', 1024, 1000, 1),
  stream('8 KB', 8192, 1000, 1.5),
  stream('64 KB', 65_536, 1000, 1),
  stream('1 MB', 1_048_576, 20, 1),
  {
    kind: 'traffic',
    name: 'PUB of 1 KB to 500',
    metrics: [rate(1.2)],
    roles: ['pub', 'sub'],
    source: 'pub',
    transport: 'tcp',
    task: { size: 1024, hwm: 2000, subscribers: 500 },
  },
  {
    kind: 'traffic',
    name: 'REQ/REP of 64 B',
    metrics: [
      { ...time, value: 'p50', label: 'round trip p50', goal: 1 / 1.1 },
      { ...time, value: 'p99', label: 'round trip p99' },
      { ...time, value: 'mean', label: 'round trip mean' },
    ],
    roles: ['rep', 'req'],
    source: 'req',
    transport: 'tcp',
    task: { size: 64, hwm: 1000 },
  },
];
