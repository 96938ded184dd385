import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Children } from './children.js';
import type { Measured } from './measured.js';
import type { Library, Options } from './options.js';
import { Peer } from './peer.js';
import type { Role, TrafficRow } from './rows.js';

const program = fileURLToPath(new URL('peers/peer.mjs', import.meta.url));

/** On top of warm-up and measurement: start, set-up, and the last messages on their way. */
const SPARE_MS = 20_000;

/** Measures the rows that pass messages: starts their processes, and ends them whatever happens. */
export class Traffic {
  private lastRun = 0;

  /** @param home a directory for ipc endpoints; @param profiles one for profiles */
  constructor(
    private readonly options: Options,
    private readonly children: Children,
    private readonly home: string,
    private readonly profiles: string,
  ) {}

  /** One run of one row with one library. Rejects on any error, and when a message was lost. */
  async measure(row: TrafficRow, library: Library): Promise<Measured> {
    const deadline = this.options.warmMs + this.options.measureMs + SPARE_MS;
    const bind = this.endpointFor(row);
    const peers = row.roles.map((role) => new Peer(this.start(row, role, library, bind), role, deadline));
    const source = peers.find(({ role }) => role === row.source)!;
    const receiver = peers.find((other) => other !== source) ?? source;
    const [binder, connecter] = peers as [Peer, Peer?];
    const work = async () => {
      if (connecter !== undefined) connecter.tell({ endpoint: await binder.hear('ready') });
      const result = await Promise.race(peers.map((one) => one.hear('result')));
      source.tell({ stop: true });
      const expect = await source.hear('sent');
      receiver.tell({ expect });
      await receiver.hear('complete');
      return result;
    };
    try {
      return await Promise.race([work(), ...peers.map((one) => one.failed)]);
    } finally {
      await Promise.all(peers.map((one) => one.end()));
    }
  }

  private start(row: TrafficRow, role: Role, library: Library, bind: string): ChildProcess {
    const { warmMs, measureMs, profile, heapProfile, node } = this.options;
    const ours = library === 'rzmq' || library === 'uring';
    const heap = ours && heapProfile ? join(this.profiles, `${role}-${++this.lastRun}.heapprofile`) : undefined;
    const task = { ...row.task, library, role, bind, warmMs, measureMs, heap };
    // Not our own flags: this is ts-node, and the child is plain JavaScript.
    const execArgv = ours && profile ? ['--cpu-prof', `--cpu-prof-dir=${this.profiles}`] : [];
    return this.children.add(
      fork(program, [JSON.stringify(task)], {
        execPath: node,
        execArgv,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    );
  }

  private endpointFor({ transport }: TrafficRow): string {
    if (transport === 'tcp') return 'tcp://127.0.0.1:0';
    return transport === 'ipc' ? `ipc://${join(this.home, String(++this.lastRun))}` : 'inproc://bench';
  }
}
