import { createHash, type Hash } from 'node:crypto';
import type { IClock } from '../../plugin.js';

/** How many lines are kept to be looked at, unless somebody wants more; all of them count for the hash. */
const KEPT = 1000;

const { imul } = Math;

/** What happened, in order. Two runs of the same seed have the same hash, or something in them was left to chance. */
export class Trace {
  private readonly digest: Hash = createHash('sha256');
  private kept: string[] = [];
  private recorded = 0;
  /** How many lines are kept to be looked at. */
  public keep: number = KEPT;

  public constructor(private readonly clock: IClock) {}

  /** Adds a line, with the time. */
  public record(line: string): void {
    const whole = `${this.clock.now()} ${line}`;
    this.digest.update(whole).update('\n');
    this.kept.push(whole);
    if (this.kept.length >= this.keep * 2) this.kept = this.kept.slice(-this.keep);
    this.recorded++;
  }

  /** Adds a line about bytes: how many, and which. */
  public bytes(line: string, bytes: Uint8Array): void {
    let hash = 0x811c9dc5;
    for (let i = 0; i < bytes.length; i++) hash = imul(hash ^ bytes[i]!, 0x01000193);
    this.record(`${line} ${bytes.length} ${(hash >>> 0).toString(16)}`);
  }

  /** How many lines there are. */
  public get length(): number {
    return this.recorded;
  }

  /** The last of them, at most `keep`. */
  public get lines(): string[] {
    return this.kept.slice(-this.keep);
  }

  /** A hash of all of them so far: 64 hexadecimal digits. */
  public get hash(): string {
    return this.digest.copy().digest('hex');
  }
}
