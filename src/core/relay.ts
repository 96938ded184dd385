import type { ZmqError } from './errors.js';
import type { InMessage } from './msg.js';
import type { SocketCore } from './socket-core.js';

/**
 * One direction of a proxy: whole messages from one socket to another, and a copy of each to a third.
 *
 * Nothing is taken from the source while the destination has no room, so that the sender is held back by its own
 * high-water mark. `move` never waits: it stops where it would have to, and is called again after the next edge.
 */
export class Relay {
  public messagesReceived = 0;
  public bytesReceived = 0;
  public messagesSent = 0;
  public bytesSent = 0;
  /** Messages for a peer that does not exist (a ROUTER with ZMQ_ROUTER_MANDATORY refuses them). */
  public unroutable = 0;
  /** Taken, and not to be got rid of yet: a socket that said it had room had none for this message's own peer. */
  private held: InMessage | null = null;
  private heldBytes = 0;
  /** `held` has been sent, and only its copy has not. */
  private onlyCopy = false;

  public constructor(
    private readonly from: SocketCore,
    private readonly to: SocketCore,
    private readonly capture: SocketCore | undefined,
  ) {}

  /** Moves at most `limit` messages, and answers how many it moved. */
  public move(limit: number): number {
    const { from, to, capture } = this;
    if (this.held !== null && !this.deliver(this.held, this.heldBytes)) return 0;
    for (let moved = 0; moved < limit; moved++) {
      if (to.exhausted || !from.readable || !to.writable || capture?.writable === false) return moved;
      const message = from.receives.tryReceive();
      if (message === undefined) return moved;
      const bytes = sizeOf(message);
      this.messagesReceived++;
      this.bytesReceived += bytes;
      if (!this.deliver(message, bytes)) return moved + 1;
    }
    return limit;
  }

  /** True when it is not the peers that it waits for, but the next turn of the event loop. */
  public get exhausted(): boolean {
    return this.to.exhausted && (this.held !== null || this.from.readable);
  }

  /** The message that was taken and could not be sent. Called when the proxy ends. */
  public takeHeld(): InMessage | undefined {
    const { held, onlyCopy } = this;
    this.held = null;
    return onlyCopy ? undefined : (held ?? undefined);
  }

  /** False: held until the next try. */
  private deliver(message: InMessage, bytes: number): boolean {
    this.held = message;
    this.heldBytes = bytes;
    if (!this.onlyCopy && !this.send(message, bytes)) return false;
    if (this.capture !== undefined) {
      this.onlyCopy = true;
      if (!this.capture.sends.trySend(message)) return false;
    }
    this.onlyCopy = false;
    this.held = null;
    return true;
  }

  private send(message: InMessage, bytes: number): boolean {
    try {
      if (!this.to.sends.trySend(message)) return false;
      this.messagesSent++;
      this.bytesSent += bytes;
    } catch (error) {
      // One peer that has gone must not end the service for all.
      if ((error as ZmqError).code !== 'HostUnreachable') throw error;
      this.unroutable++;
    }
    return true;
  }
}

function sizeOf(message: InMessage): number {
  let bytes = 0;
  for (let i = 0; i < message.length; i++) bytes += (message[i] as InMessage[number]).size;
  return bytes;
}
