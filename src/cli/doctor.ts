import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { release } from 'node:os';
import { parseArgs } from 'node:util';
import { Context, SocketType, version } from '../index.js';
import { type CliOutput, UsageError } from './output.js';

export const DOCTOR_USAGE = `Usage: rzmq doctor [OPTIONS]

Says what this machine offers: io_uring, and what would drive a tcp endpoint; crypto; IPv6; ipc. It binds some endpoints on this
machine for a moment, and connects to nobody.

Options:
  --json   prints JSON
  --help   says this
`;

/** One thing that was looked at. */
interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly text: string;
}

/** `rzmq doctor`. Throws UsageError. What is missing is no failure: everything that it looks at is optional. */
export async function doctor(args: readonly string[], output: CliOutput): Promise<void> {
  const options = readOptions(args);
  if (options === 'help') {
    output.out(DOCTOR_USAGE);
    return;
  }
  const findings = await examine();
  if (options.json) {
    const facts = Object.fromEntries(findings.map(({ what, ok, text }) => [what, { ok, text }]));
    output.out(`${JSON.stringify({ rzmq: version, node: process.version, system: system(), ...facts })}\n`);
    return;
  }
  const width = Math.max(...findings.map(({ what }) => what.length));
  const lines = findings.map(({ what, ok, text }) => `${ok ? 'yes' : 'no '}  ${what.padEnd(width)}  ${text}\n`);
  output.out(`rzmq ${version}, Node ${process.version}, ${system()}\n\n${lines.join('')}`);
}

function system(): string {
  return `${process.platform} ${release()} ${process.arch}`;
}

async function examine(): Promise<Finding[]> {
  const context = new Context({ defaults: { linger: 0 } });
  try {
    const capabilities = Object.entries(context.capabilities).map(([what, { available, reason }]) => ({
      what,
      ok: available,
      text: reason,
    }));
    return [
      ...capabilities,
      await engineOf(context, 'tcp', false),
      await engineOf(context, 'tcp that asks for io_uring', true),
      cipher(),
      keyAgreement(),
      await bindable(context, 'IPv6', 'tcp://[::1]:0'),
      await bindable(context, 'ipc', 'ipc://*'),
      await bindable(context, 'ipc, abstract names', `ipc://@rzmq-doctor-${process.pid}`),
    ];
  } finally {
    await context.term();
  }
}

/** Which engine drives a tcp endpoint, by binding one. */
async function engineOf(context: Context, what: string, asking: boolean): Promise<Finding> {
  const socket = context.socket(SocketType.Pull, { ioUringSessionEnabled: asking });
  try {
    await socket.bind('tcp://127.0.0.1:0');
    const [endpoint] = context.inspect().sockets.flatMap(({ endpoints }) => endpoints);
    return { what, ok: true, text: `the ${endpoint?.engine ?? '?'} engine: ${endpoint?.reason ?? ''}` };
  } catch (error) {
    return { what, ok: false, text: textOf(error) };
  } finally {
    await socket.close();
  }
}

async function bindable(context: Context, what: string, endpoint: string): Promise<Finding> {
  const socket = context.socket(SocketType.Pull, { ipv6: true });
  try {
    return { what, ok: true, text: `bound ${await socket.bind(endpoint)}` };
  } catch (error) {
    return { what, ok: false, text: textOf(error) };
  } finally {
    await socket.close();
  }
}

function cipher(): Finding {
  try {
    createRequire(import.meta.url)('sodium-native');
    return { what: 'CURVE by libsodium', ok: true, text: 'the package sodium-native is used' };
  } catch (error) {
    const missing = (error as { code?: unknown }).code === 'MODULE_NOT_FOUND';
    const why = missing ? 'the package sodium-native is not installed' : `sodium-native: ${textOf(error)}`;
    return { what: 'CURVE by libsodium', ok: false, text: `${why}: the cipher of this package is used` };
  }
}

function keyAgreement(): Finding {
  const what = 'X25519 of node:crypto';
  try {
    const { privateKey } = generateKeyPairSync('x25519');
    diffieHellman({ privateKey, publicKey: createPublicKey(privateKey) });
    return { what, ok: true, text: 'used for the keys of CURVE' };
  } catch (error) {
    return { what, ok: false, text: `${textOf(error)}: tweetnacl is used` };
  }
}

function textOf(error: unknown): string {
  const { message } = error as { message?: unknown };
  return (typeof message === 'string' ? message : String(error)).split('\n')[0] ?? '';
}

function readOptions(args: readonly string[]): { readonly json: boolean } | 'help' {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    return values.help === true ? 'help' : { json: values.json === true };
  } catch (error) {
    throw new UsageError(textOf(error), DOCTOR_USAGE);
  }
}
