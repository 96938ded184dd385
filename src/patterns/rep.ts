import { ZmqError } from '../core/errors.js';
import type { InMessage, Msg, OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { isMultipart, withoutFirst } from './frames.js';
import { Router } from './router.js';

/** One question, with what is needed to answer it. */
interface Request {
  readonly from: Pipe;
  /** The frames up to and with the empty one: the way back through the devices between us and the one who asked. */
  readonly envelope: InMessage;
  readonly body: InMessage;
  /** The connection that it came on is gone: the next one of this pipe would not know what it is about. */
  stale: boolean;
}

/**
 * REP: receives a request, then sends its reply, in strict alternation (RFC 28). A ROUTER that keeps the way back to
 * itself; a reply that finds nobody, or no room, is dropped.
 */
export class Rep extends Router {
  public readonly alternates = true;
  /** The request that was received and not replied to. */
  private current: Request | null = null;
  /** A request that `readable` has found already. */
  private next: Request | null = null;

  public override disconnected(pipe: Pipe): void {
    if (this.current?.from === pipe) this.current.stale = true;
    if (this.next?.from === pipe) this.next.stale = true;
  }

  public override send(message: OutMessage): boolean {
    const request = this.current;
    if (request === null) {
      throw new ZmqError(
        'InvalidState',
        'A REP socket cannot send now: receive a request first, then reply to it once.',
      );
    }
    this.current = null;
    const { from, envelope, stale } = request;
    if (stale || !from.connected) this.host.dropped('no-route', 1, from);
    else if (!from.write(isMultipart(message) ? [...envelope, ...message] : [...envelope, message])) {
      this.host.dropped('high-water-mark', 1, from);
    }
    return true;
  }

  public override recv(): InMessage | undefined {
    if (this.current !== null) {
      throw new ZmqError(
        'InvalidState',
        'A REP socket cannot receive now: reply to the request that it received last.',
      );
    }
    this.current = this.next ?? this.take();
    this.next = null;
    return this.current?.body;
  }

  public override get writable(): boolean {
    return this.current !== null;
  }

  public get held(): number {
    return this.next === null ? 0 : 1;
  }

  public override get readable(): boolean {
    if (this.current !== null) return false;
    this.next ??= this.take();
    return this.next !== null;
  }

  /** The next message that is a request. Others have no way back and no meaning here. */
  private take(): Request | null {
    for (;;) {
      const message = this.incoming.recv();
      if (message === undefined) return null;
      const delimiter = message.findIndex(isEmpty);
      if (delimiter !== -1 && delimiter < message.length - 1) {
        return {
          from: this.incoming.from as Pipe,
          envelope: message.slice(0, delimiter + 1) as InMessage,
          body: withoutFirst(message, delimiter + 1),
          stale: false,
        };
      }
      this.host.dropped('unexpected', 1, this.incoming.from as Pipe);
    }
  }
}

function isEmpty(frame: Msg): boolean {
  return frame.size === 0;
}
