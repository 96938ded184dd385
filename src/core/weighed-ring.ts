import { messageSize, type OutMessage } from './msg.js';
import { Ring } from './ring.js';

/**
 * A queue of messages that knows their bytes: for the pipes with a high-water mark in bytes, so that the others pay nothing.
 */
export class WeighedRing<T extends OutMessage> extends Ring<T> {
  /** What each message weighed when it came: the memory of one may be taken away meanwhile (`ArrayBuffer.transfer`). */
  private readonly weights: Ring<number> = new Ring<number>();
  private total = 0;

  /** The bytes of the messages in it. */
  public get bytes(): number {
    return this.total;
  }

  public override push(message: T): void {
    const weight = messageSize(message);
    this.weights.push(weight);
    this.total += weight;
    super.push(message);
  }

  public override shift(): T | undefined {
    this.total -= this.weights.shift() ?? 0;
    return super.shift();
  }

  public override clear(): number {
    this.weights.clear();
    this.total = 0;
    return super.clear();
  }
}

/** The bytes of the messages in a queue, which has to be gone through unless it knows them. */
export function bytesIn(queue: Ring<OutMessage> | WeighedRing<OutMessage>): number {
  if (queue instanceof WeighedRing) return queue.bytes;
  let bytes = 0;
  for (const message of queue) bytes += messageSize(message);
  return bytes;
}
