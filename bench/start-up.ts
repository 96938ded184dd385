import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Children } from './children.js';
import type { Measured } from './measured.js';
import type { Library, Options } from './options.js';
import { median } from './spread.js';

const program = fileURLToPath(new URL('peers/start-up.mjs', import.meta.url));

/** The first one reads the files from the disk, which is not what is measured. */
const WARM_RUNS = 1;
/** Fewer have no median worth the name. */
const LEAST_RUNS = 5;
/** A process that only makes a socket and takes longer than this does not end by itself. */
const LIMIT_MS = 10_000;

/** Measures how long a process lives that loads a library, makes a socket, closes it, and ends. */
export class StartUp {
  constructor(
    private readonly options: Options,
    private readonly children: Children,
  ) {}

  /** As many processes as fit into the time, one after another: their medians. */
  async measure(library: Library): Promise<Measured> {
    const walls: number[] = [];
    const cpus: number[] = [];
    for (let i = 0; i < WARM_RUNS; i++) await this.run(library);
    const start = performance.now();
    while (walls.length < LEAST_RUNS || performance.now() - start < this.options.measureMs) {
      const { wallMs, cpuMs } = await this.run(library);
      walls.push(wallMs);
      cpus.push(cpuMs);
    }
    const seconds = (performance.now() - start) / 1000;
    return { wallMs: median(walls), cpuMs: median(cpus), messages: walls.length, seconds };
  }

  private async run(library: Library): Promise<{ wallMs: number; cpuMs: number }> {
    const start = performance.now();
    const child = this.children.add(
      spawn(this.options.node, [program, library], {
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: LIMIT_MS,
        killSignal: 'SIGKILL',
      }),
    );
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
    const [output, [code, signal]] = await Promise.all([child.stdout.toArray(), ended]);
    const wallMs = performance.now() - start;
    if (code !== 0) throw new Error(`the process ended with ${signal ?? String(code)}`);
    return { wallMs, cpuMs: Number(Buffer.concat(output as Buffer[]).toString()) };
  }
}
