import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/loopback.js';

const certificates = fileURLToPath(new URL('../../examples/certificates', import.meta.url));

/** What one end of a tunnel is: `client` puts TLS on what it takes, a server takes TLS off. */
export interface StunnelOptions {
  readonly client: boolean;
  /** `host:port` to connect to. */
  readonly connect: string;
  /** Files of examples/certificates: `alice`. */
  readonly certificate?: string;
  /** It takes nobody who has no certificate of the authority. */
  readonly verify?: boolean;
}

/** stunnel, in a process of its own. */
export class Stunnel {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    /** `host:port` where it listens. */
    public readonly address: string,
  ) {}

  public static async start({ client, connect, certificate, verify = false }: StunnelOptions): Promise<Stunnel> {
    const stunnel = process.env['STUNNEL'];
    if (stunnel === undefined) throw new Error('stunnel is not here: apt-get install stunnel4');
    const folder = await mkdtemp(join(tmpdir(), 'rzmq-stunnel-'));
    const address = `127.0.0.1:${await freePort()}`;
    const file = (name: string): string => join(certificates, `${name}.pem`);
    await writeFile(
      join(folder, 'stunnel.conf'),
      [
        'foreground = yes',
        'pid =',
        'debug = notice',
        '[zmq]',
        `client = ${client ? 'yes' : 'no'}`,
        `accept = ${address}`,
        `connect = ${connect}`,
        ...(certificate === undefined ? [] : [`cert = ${file(certificate)}`, `key = ${file(`${certificate}.key`)}`]),
        ...(verify ? [`CAfile = ${file('authority')}`, 'verifyChain = yes'] : []),
        '',
      ].join('\n'),
    );
    const child = spawn(stunnel, [join(folder, 'stunnel.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
    const said: string[] = [];
    const ready = new Promise<boolean>((resolve) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        said.push(line);
        if (line.includes('Configuration successful')) resolve(true);
      });
      child.once('exit', () => resolve(false));
    });
    if (!(await ready)) throw new Error(`stunnel did not start:\n${said.join('\n')}`);
    return new Stunnel(child, folder, address);
  }

  public async kill(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
    await rm(this.folder, { recursive: true });
  }
}
