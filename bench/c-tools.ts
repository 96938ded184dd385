import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Children } from './children.js';
import type { Measured } from './measured.js';
import type { Options } from './options.js';
import type { TrafficRow } from './rows.js';

/** The first runs only find out how many messages fill the time, with more and more of them until it takes so long. */
const PROBE_MS = 100;
/** What one round trip of 50 µs takes 5 ms for, and ten times as many each time. */
const PROBE_MESSAGES = 100;
const PROBE_GROWTH = 10;
/** On top of warm-up and measurement. */
const SPARE_MS = 20_000;

/**
 * libzmq's own measuring programs: local_thr and remote_thr, local_lat and remote_lat, inproc_thr. They are told a number
 * of messages and tell a mean; their high-water marks are 1000.
 */
export class CTools {
  private readonly counts = new Map<string, number>();
  private lastRun = 0;

  constructor(
    private readonly options: Options,
    private readonly children: Children,
    private readonly home: string,
  ) {}

  async measure(row: TrafficRow): Promise<Measured> {
    let count = this.counts.get(row.name);
    if (count === undefined) {
      count = await this.probe(row);
      this.counts.set(row.name, count);
    }
    return await this.run(row, count);
  }

  private async probe(row: TrafficRow): Promise<number> {
    for (let count = PROBE_MESSAGES; ; count *= PROBE_GROWTH) {
      const { seconds } = await this.run(row, count);
      if (seconds * 1000 >= PROBE_MS) return Math.ceil((count / seconds) * (this.options.measureMs / 1000));
    }
  }

  private async run(row: TrafficRow, count: number): Promise<Measured> {
    const { tools, transport, task } = row;
    const sizes = [String(task.size), String(count)];
    if (tools === 'lat') {
      const endpoint = await this.endpointFor(row);
      const output = await this.outputs(['local_lat', endpoint, ...sizes], ['remote_lat', endpoint, ...sizes]);
      // What it calls latency is half a round trip.
      const mean = 2 * find(output, /average latency: ([\d.]+)/);
      return { mean, messages: count, seconds: (mean * count) / 1e6 };
    }
    let output: string;
    if (transport === 'inproc') output = await this.outputs(['inproc_thr', ...sizes]);
    else {
      const endpoint = await this.endpointFor(row);
      output = await this.outputs(['local_thr', endpoint, ...sizes], ['remote_thr', endpoint, ...sizes]);
    }
    const rate = find(output, /mean throughput: (\d+) \[msg/);
    return { rate, messages: count, seconds: count / rate, megabytesPerSecond: (rate * task.size) / 1e6 };
  }

  /** Everything that the programs print. Rejects when one of them fails. */
  private async outputs(...commands: readonly (readonly [string, ...string[]])[]): Promise<string> {
    const timeout = this.options.warmMs + this.options.measureMs + SPARE_MS;
    const started: ChildProcess[] = [];
    const run = async ([name, ...args]: readonly [string, ...string[]]) => {
      const child = this.children.add(
        spawn(join(this.options.libzmqTools!, name), args, {
          stdio: ['ignore', 'pipe', 'inherit'],
          timeout,
          killSignal: 'SIGKILL',
        }),
      );
      started.push(child);
      const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
      const [output, [code, signal]] = await Promise.all([child.stdout.toArray(), ended]);
      const text = Buffer.concat(output as Buffer[]).toString();
      if (child.killed) throw new Error(`${name} did not finish in ${timeout} ms`);
      if (code !== 0) throw new Error(`${name} ended with ${signal ?? String(code)}: ${text}`);
      return text;
    };
    try {
      return (await Promise.all(commands.map(run))).join('');
    } finally {
      // The other one would wait for the one that failed.
      for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
    }
  }

  private async endpointFor({ transport }: TrafficRow): Promise<string> {
    return transport === 'ipc'
      ? `ipc://${join(this.home, `c${++this.lastRun}`)}`
      : `tcp://127.0.0.1:${await freePort()}`;
  }
}

function find(output: string, pattern: RegExp): number {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new Error(`not the output of libzmq's programs: ${output}`);
  return Number(found);
}

/** One that was free a moment ago: these programs have to be told a port. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
