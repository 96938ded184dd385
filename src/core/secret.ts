import { inspect } from 'node:util';

/**
 * Bytes that are nobody else's business: no way of showing an object shows them, and they can be wiped. A password is kept
 * so too, since a string can be neither hidden nor wiped.
 */
export class Secret {
  readonly #bytes: Buffer;

  /** @param bytes kept, not copied. */
  public constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** True for none, and for one that was wiped: nothing but zeros. */
  public get empty(): boolean {
    return this.#bytes.every((byte) => byte === 0);
  }

  /** The bytes themselves: do not keep them, and do not show them. */
  public reveal(): Buffer {
    return this.#bytes;
  }

  /** Overwrites the bytes. */
  public wipe(): void {
    this.#bytes.fill(0);
  }

  public toString(): string {
    return '<secret>';
  }

  public toJSON(): string {
    return '<secret>';
  }
}

Object.defineProperty(Secret.prototype, inspect.custom, { value: () => '<secret>' });
