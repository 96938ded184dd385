import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release } from 'node:os';

const require = createRequire(import.meta.url);

/** A process that only loads the binding and takes longer hangs. */
const LIMIT_MS = 10_000;

/** What the numbers depend on. */
export interface Facts {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly system: string;
  readonly rzmq: string;
  readonly zeromq: string;
  readonly libzmq: string;
}

/** @param node the one that runs what is measured */
export function gatherFacts(node: string): Facts {
  const versionOf = (name: string) => (require(`${name}/package.json`) as { version: string }).version;
  // In a process of its own, as everything native.
  const script = "console.log([process.version, require('zeromq').version].join(' '))";
  const said = execFileSync(node, ['-e', script], { cwd: import.meta.dirname, timeout: LIMIT_MS });
  const [version = '', libzmq = ''] = said.toString().trim().split(' ');
  return {
    node: version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    system: `${platform()} ${release()} ${arch()}`,
    rzmq: versionOf('rzmq'),
    zeromq: versionOf('zeromq'),
    libzmq,
  };
}
