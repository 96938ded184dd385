import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CTools } from './c-tools.js';
import { Children } from './children.js';
import type { Measured, Runs } from './measured.js';
import type { Library, Options } from './options.js';
import type { Row } from './rows.js';
import { StartUp } from './start-up.js';
import { Traffic } from './traffic.js';

/** Runs rows, and leaves no process and no file behind but the profiles that were asked for. */
export class Laboratory {
  /** Where the profiles are; empty when none were asked for. */
  readonly profiles: string;
  private readonly children = new Children();
  private readonly home: string;
  private readonly traffic: Traffic;
  private readonly startUp: StartUp;
  private readonly tools: CTools;

  constructor(private readonly options: Options) {
    // Short: the path of a local socket has 107 bytes at most.
    this.home = mkdtempSync(join(tmpdir(), 'rzmq-bench-'));
    this.profiles = options.profile || options.heapProfile ? mkdtempSync(join(tmpdir(), 'rzmq-profile-')) : '';
    this.traffic = new Traffic(options, this.children, this.home, this.profiles);
    this.startUp = new StartUp(options, this.children);
    this.tools = new CTools(options, this.children, this.home);
    for (const [signal, status] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const)
      process.once(signal, () => {
        this.close();
        process.exit(status);
      });
  }

  /** The libraries take turns, so that a change of the machine's mood meets both. */
  async run(row: Row, rounds = this.options.rounds): Promise<Runs> {
    const none = (): Measured[] => [];
    const runs = { rzmq: none(), zeromq: none(), libzmq: none(), node: none(), uring: none() };
    for (let round = 1; round <= rounds; round++) {
      for (const library of this.librariesFor(row)) {
        try {
          runs[library].push(await this.measure(row, library));
        } catch (error) {
          throw new Error(`${row.name}, ${library}, round ${round}: ${(error as Error).message}`, { cause: error });
        }
      }
    }
    return runs;
  }

  close(): void {
    this.children.killAll();
    rmSync(this.home, { recursive: true, force: true });
  }

  private librariesFor(row: Row): Library[] {
    const libraries = [...this.options.libraries];
    if (row.kind === 'start-up') libraries.push('node');
    else if (row.tools !== undefined && this.options.libzmqTools !== undefined) libraries.push('libzmq');
    return libraries;
  }

  private measure(row: Row, library: Library): Promise<Measured> {
    if (row.kind === 'start-up') return this.startUp.measure(library);
    return library === 'libzmq' ? this.tools.measure(row) : this.traffic.measure(row, library);
  }
}
