import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { IClock } from '../../core/contracts/clock.js';
import { fromNodeError, ZmqError } from '../../core/errors.js';
import { Certificate, SECRET_SUFFIX } from './certificate.js';

/** Where an `Authenticator` looks up the clients that it knows. */
export interface ICertificateStore {
  /** The certificate of a public key (40 characters of Z85), or `undefined` for a client that is not known. */
  find(publicKey: string): Certificate | undefined | Promise<Certificate | undefined>;
}

/** What a {@link CertificateStore} can be told. */
export interface CertificateStoreOptions {
  /** How long a look at the directory counts, in ms. Default 1000. */
  readonly interval?: number | undefined;
  /** Hears of files that are no certificates, and are left out: once for each state of a file. */
  readonly onProblem?: ((error: ZmqError) => void) | undefined;
  /** For tests. */
  readonly clock?: Pick<IClock, 'now'> | undefined;
}

/** More than a certificate ever needs. */
const LARGEST_FILE = 65_536;

interface Entry {
  /** What changes when the file does. */
  readonly state: string;
  readonly certificate: Certificate | undefined;
}

/**
 * The certificates in a directory: every file whose name does not end in `_secret` or begin with a dot. It looks again
 * when it is asked and the last look is older than `interval`, so that a file that is put there lets a client in, and one
 * that is taken away keeps it out, without a restart. It watches nothing, and holds nothing that has to be closed.
 */
export class CertificateStore implements ICertificateStore {
  private files: ReadonlyMap<string, Entry> = new Map();
  private byKey: ReadonlyMap<string, Certificate> = new Map();
  private lookedAt = Number.NEGATIVE_INFINITY;
  private looking: Promise<void> | null = null;
  private readonly clock: Pick<IClock, 'now'>;
  private readonly interval: number;

  public constructor(
    public readonly directory: string,
    private readonly options: CertificateStoreOptions = {},
  ) {
    this.clock = options.clock ?? performance;
    this.interval = options.interval ?? 1000;
    if (!(this.interval >= 0)) {
      throw new ZmqError(
        'InvalidArgument',
        `The interval of a certificate store is 0 ms or more, not ${this.interval}.`,
      );
    }
  }

  /** Rejects with IoError or PermissionDenied while the directory cannot be read: then nobody is known. */
  public async find(publicKey: string): Promise<Certificate | undefined> {
    if (this.clock.now() - this.lookedAt >= this.interval) await this.reload();
    return this.byKey.get(publicKey);
  }

  /** All certificates as the last look found them. */
  public get certificates(): Certificate[] {
    return [...this.byKey.values()];
  }

  /** Looks at the directory now. Of several calls at a time one does it for all. */
  public reload(): Promise<void> {
    this.looking ??= this.look().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async look(): Promise<void> {
    const at = this.clock.now();
    let names: string[];
    try {
      names = await readdir(this.directory);
    } catch (cause) {
      throw fromNodeError(cause, `Cannot read the directory of certificates ${this.directory}`);
    }
    const files: Map<string, Entry> = new Map();
    const byKey: Map<string, Certificate> = new Map();
    for (const name of names.sort()) {
      if (name.startsWith('.') || name.endsWith(SECRET_SUFFIX)) continue;
      const entry = await this.entry(name);
      if (entry === undefined) continue;
      files.set(name, entry);
      const { certificate } = entry;
      if (certificate !== undefined && !byKey.has(certificate.publicKey)) byKey.set(certificate.publicKey, certificate);
    }
    this.files = files;
    this.byKey = byKey;
    this.lookedAt = at;
  }

  private async entry(name: string): Promise<Entry | undefined> {
    const file = join(this.directory, name);
    let state = '';
    try {
      const found = await stat(file);
      if (!found.isFile()) return undefined;
      const { ino, size, mtimeMs, ctimeMs } = found;
      state = `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
      const known = this.files.get(name);
      if (known?.state === state) return known;
      if (size > LARGEST_FILE)
        throw new ZmqError('InvalidArgument', `${file} is no certificate: it has ${size} bytes.`);
      // The secret, if somebody has put one there, is nothing that a server of this kind has to keep.
      return { state, certificate: (await Certificate.load(file)).publicPart };
    } catch (cause) {
      const error = fromNodeError(cause, `Cannot read the certificate ${file}`);
      // It was taken away meanwhile.
      if (error.errno === 'ENOENT') return undefined;
      this.options.onProblem?.(error);
      return { state, certificate: undefined };
    }
  }
}
