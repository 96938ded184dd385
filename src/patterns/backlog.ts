import type { InMessage, Msg } from '../core/msg.js';
import { Ring } from '../core/ring.js';
import type { Subscriber } from './topic-table.js';

/**
 * How much may wait for an XPUB application, as messages and as bytes. Subscriptions have to take effect at once,
 * whether or not the application reads about them, so they cannot wait in the pipes, where the high-water mark is.
 * High enough for a proxy that comes late to tens of thousands of subscribers; an application that never reads its XPUB
 * is held to some ten megabytes.
 */
const LARGEST_COUNT = 100_000;
const LARGEST_SIZE = 1 << 26;

/** A message for an XPUB application. */
export interface BacklogEntry {
  readonly message: InMessage;
  /** Whose it is; `null` when a lost peer was the reason for it. */
  readonly from: Subscriber | null;
}

/** What an XPUB has for its application: a queue that loses its oldest messages when nobody reads it. */
export class Backlog {
  private readonly entries: Ring<BacklogEntry> = new Ring<BacklogEntry>();
  private bytes = 0;

  public get length(): number {
    return this.entries.length;
  }

  /** Answers how many old messages had to go for it. */
  public push(entry: BacklogEntry): number {
    this.entries.push(entry);
    this.bytes += sizeOf(entry.message);
    let lost = 0;
    while (this.entries.length > LARGEST_COUNT || (this.bytes > LARGEST_SIZE && this.entries.length > 1)) {
      this.shift();
      lost++;
    }
    return lost;
  }

  public shift(): BacklogEntry | undefined {
    const entry = this.entries.shift();
    if (entry !== undefined) this.bytes -= sizeOf(entry.message);
    return entry;
  }
}

function sizeOf(message: InMessage): number {
  let size = 0;
  for (let i = 0; i < message.length; i++) size += (message[i] as Msg).size;
  return size;
}
