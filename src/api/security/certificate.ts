import { open, readFile, rm } from 'node:fs/promises';
import { inspect } from 'node:util';
import { fromNodeError, ZmqError } from '../../core/errors.js';
import { curveKeyBytes, curveKeyPair, curvePublicKey } from './keys.js';
import { formatZpl, parseZpl } from './zpl.js';

/** What czmq and pyzmq add to the name of the file that has the secret key too. */
export const SECRET_SUFFIX = '_secret';

/** Only its owner may read a secret. */
const SECRET_MODE = 0o600;
const PUBLIC_MODE = 0o644;

/** Where a certificate was written. */
export interface CertificateFiles {
  readonly publicFile: string;
  /** Absent for a certificate without a secret key. */
  readonly secretFile?: string;
}

/**
 * A CURVE key, or a pair of them, with a few words about whose it is. Kept in files that czmq and pyzmq read and write
 * too: `name.key` has the public key and may be given away, `name.key_secret` has both.
 */
export class Certificate {
  /** 40 characters of Z85. */
  public readonly publicKey: string;
  /** Whose it is, as text by name. An `Authenticator` passes it on with each message of the client. */
  public readonly metadata: Readonly<Record<string, string>>;
  readonly #secretKey: string | undefined;

  /** Throws InvalidCurveKey for keys that are none, or do not belong together. */
  public constructor(publicKey: string, secretKey?: string, metadata: Readonly<Record<string, string>> = {}) {
    curveKeyBytes(publicKey, 'public');
    if (secretKey !== undefined && curvePublicKey(secretKey) !== publicKey) {
      throw new ZmqError('InvalidCurveKey', `The secret key does not belong to the public key ${publicKey}.`);
    }
    this.publicKey = publicKey;
    this.#secretKey = secretKey;
    this.metadata = Object.freeze({ ...metadata });
  }

  /** Makes a certificate with a new pair of keys. */
  public static generate(metadata?: Readonly<Record<string, string>>): Certificate {
    const { publicKey, secretKey } = curveKeyPair();
    return new Certificate(publicKey, secretKey, metadata);
  }

  /**
   * Reads one file: the public one (`name.key`), or the one with both keys (`name.key_secret`). Rejects with IoError or
   * PermissionDenied when it cannot be read, with InvalidArgument or InvalidCurveKey when it is no certificate.
   */
  public static async load(file: string): Promise<Certificate> {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (cause) {
      throw fromNodeError(cause, `Cannot read the certificate ${file}`);
    }
    try {
      return Certificate.parse(text);
    } catch (cause) {
      const { code, message } = cause as ZmqError;
      throw new ZmqError(code, `${file} is no certificate. ${message}`, { cause });
    }
  }

  /** Reads the text of a file. Throws InvalidArgument or InvalidCurveKey. */
  public static parse(text: string): Certificate {
    const sections = parseZpl(text);
    const curve = sections.get('curve');
    const publicKey = curve?.get('public-key');
    if (publicKey === undefined) {
      throw new ZmqError('InvalidArgument', 'It has no `public-key` in a section `curve`.');
    }
    return new Certificate(publicKey, curve?.get('secret-key'), Object.fromEntries(sections.get('metadata') ?? []));
  }

  /** 40 characters of Z85; `undefined` for a certificate of somebody else's. */
  public get secretKey(): string | undefined {
    return this.#secretKey;
  }

  /** This certificate without its secret key, to be given away. */
  public get publicPart(): Certificate {
    return new Certificate(this.publicKey, undefined, this.metadata);
  }

  /** The text of a file. With `secret` it has the secret key too: InvalidState (EFSM) when there is none. */
  public format({ secret = false }: { readonly secret?: boolean } = {}): string {
    const keys: [string, string][] = [['public-key', this.publicKey]];
    if (secret) {
      if (this.#secretKey === undefined) {
        throw new ZmqError('InvalidState', `The certificate of ${this.publicKey} has no secret key.`);
      }
      keys.push(['secret-key', this.#secretKey]);
    }
    const head = [
      `#   Generated on ${new Date().toISOString()} by rzmq`,
      `#   ZeroMQ CURVE ${secret ? '**secret** certificate' : 'public certificate'}`,
      secret
        ? '#   Keep this file to yourself: whoever has it can pass for you.'
        : '#   Make sure that it is the right one before you trust it: compare it over another channel.',
    ];
    return `${head.join('\n')}\n\n${formatZpl('metadata', Object.entries(this.metadata))}${formatZpl('curve', keys)}`;
  }

  /**
   * Writes `name.key`, and beside it `name.key_secret` when there is a secret key, which only the owner can read. Files
   * that exist are never written over: rejects with IoError (EEXIST), and leaves nothing new behind.
   */
  public async save(name: string): Promise<CertificateFiles> {
    const publicFile = name.endsWith('.key') ? name : `${name}.key`;
    if (this.#secretKey === undefined) {
      await write(publicFile, this.format(), PUBLIC_MODE);
      return { publicFile };
    }
    const secretFile = publicFile + SECRET_SUFFIX;
    await write(secretFile, this.format({ secret: true }), SECRET_MODE);
    try {
      await write(publicFile, this.format(), PUBLIC_MODE);
    } catch (error) {
      // It was made a moment ago, and nobody has used it.
      await rm(secretFile, { force: true });
      throw error;
    }
    return { publicFile, secretFile };
  }

  /** For people and for JSON: without the secret. */
  public toJSON(): { publicKey: string; metadata: Readonly<Record<string, string>> } {
    return { publicKey: this.publicKey, metadata: this.metadata };
  }
}

Object.defineProperty(Certificate.prototype, inspect.custom, {
  value: function show(this: Certificate): string {
    const secret = this.secretKey === undefined ? '' : ', secretKey: <hidden>';
    return `Certificate { publicKey: '${this.publicKey}'${secret}, metadata: ${inspect(this.metadata)} }`;
  },
});

async function write(file: string, text: string, mode: number): Promise<void> {
  try {
    const handle = await open(file, 'wx', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const exists = (cause as { code?: unknown } | null)?.code === 'EEXIST';
    throw fromNodeError(cause, exists ? `${file} exists and is not written over` : `Cannot write ${file}`);
  }
}
