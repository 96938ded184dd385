import { isUtf8 } from 'node:buffer';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ZmqError } from '../../core/errors.js';

/**
 * Users and their passwords. It keeps no password, only what a key of its own makes of it, so that all comparisons are
 * of one length and take the same time, whether or not there is such a user.
 */
export class PasswordList {
  private readonly key: Buffer = randomBytes(32);
  private readonly digests: ReadonlyMap<string, Buffer>;
  /** Of nobody's password. */
  private readonly nobody: Buffer = randomBytes(32);

  public constructor(users: Readonly<Record<string, string>> | ReadonlyMap<string, string>) {
    if (typeof users !== 'object' || users === null || Array.isArray(users)) {
      throw new ZmqError('InvalidArgument', '`plain` is an object of passwords by user name, a Map, or a callback.');
    }
    const entries = users instanceof Map ? [...users] : Object.entries(users as Readonly<Record<string, string>>);
    this.digests = new Map(
      entries.map(([name, password]: [unknown, unknown]) => {
        if (typeof name === 'string' && typeof password === 'string') return [name, this.digest(Buffer.from(password))];
        throw new ZmqError('InvalidArgument', 'The names and passwords of `plain` are text.');
      }),
    );
  }

  public accepts(name: Buffer, password: Buffer): boolean {
    const digest = isUtf8(name) ? this.digests.get(name.toString('utf8')) : undefined;
    return timingSafeEqual(this.digest(password), digest ?? this.nobody) && digest !== undefined;
  }

  private digest(password: Buffer): Buffer {
    return createHmac('sha256', this.key).update(password).digest();
  }
}
