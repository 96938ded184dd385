import { parseArgs } from 'node:util';
import { Certificate } from '../index.js';
import { type CliOutput, UsageError } from './output.js';

export const KEYGEN_USAGE = `Usage: rzmq keygen [OPTIONS]

Makes a pair of CURVE keys, and prints them as Z85.

Options:
  --out NAME         writes the files NAME.key, to give away, and NAME.key_secret, to keep (mode 0600), as czmq and
                     pyzmq have them, and prints the public key only; files that exist are never written over
  --meta NAME=VALUE  says in the files whose keys they are; may be repeated
  --json             prints JSON
  --help             says this
`;

interface KeygenOptions {
  readonly out: string | undefined;
  readonly json: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

/** `rzmq keygen`. Throws UsageError, or the ZmqError of a file that cannot be written. */
export async function keygen(args: readonly string[], output: CliOutput): Promise<void> {
  const options = readOptions(args);
  if (options === 'help') {
    output.out(KEYGEN_USAGE);
    return;
  }
  const certificate = Certificate.generate(options.metadata);
  const { publicKey, secretKey } = certificate;
  const result =
    options.out === undefined ? { publicKey, secretKey } : { publicKey, ...(await certificate.save(options.out)) };
  if (options.json) output.out(`${JSON.stringify(result)}\n`);
  else {
    const lines = Object.entries(result).map(
      ([name, value]) => `${`${LABELS[name] ?? name}:`.padEnd(13)} ${String(value)}\n`,
    );
    output.out(lines.join(''));
  }
}

const LABELS: Readonly<Record<string, string>> = {
  publicKey: 'public key',
  secretKey: 'secret key',
  publicFile: 'public file',
  secretFile: 'secret file',
};

function readOptions(args: readonly string[]): KeygenOptions | 'help' {
  let values: { out?: string; json?: boolean; help?: boolean; meta?: string[] };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        out: { type: 'string', short: 'o' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        meta: { type: 'string', multiple: true },
      },
    }));
  } catch (error) {
    throw new UsageError((error as { message: string }).message, KEYGEN_USAGE);
  }
  if (values.help === true) return 'help';
  const { out, json = false, meta = [] } = values;
  if (out === '') throw new UsageError('--out needs a name', KEYGEN_USAGE);
  if (out === undefined && meta.length > 0) throw new UsageError('--meta needs --out', KEYGEN_USAGE);
  return { out, json, metadata: Object.fromEntries(meta.map(readMeta)) };
}

function readMeta(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new UsageError(`--meta ${text} has no NAME=VALUE`, KEYGEN_USAGE);
  return [text.slice(0, at), text.slice(at + 1)];
}
