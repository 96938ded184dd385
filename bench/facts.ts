import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release } from 'node:os';

const require = createRequire(import.meta.url);

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

export function gatherFacts(): Facts {
  const versionOf = (name: string) => (require(`${name}/package.json`) as { version: string }).version;
  // In a process of its own, as everything native.
  const libzmq = execFileSync(process.execPath, ['-p', "require('zeromq').version"], { cwd: import.meta.dirname });
  return {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    system: `${platform()} ${release()} ${arch()}`,
    rzmq: versionOf('rzmq'),
    zeromq: versionOf('zeromq'),
    libzmq: libzmq.toString().trim(),
  };
}
