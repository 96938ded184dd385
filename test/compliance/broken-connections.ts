import { type IConnection, type IConnectionSink, ZmqError } from 'rzmq/plugin';
import type { Simulation } from 'rzmq/testing';
import { Chunks, Through } from './sabotage.js';

/** Keeps the end to itself while its reader has stopped. */
class Stubborn extends Chunks {
  private stopped = false;
  private kept: (() => void) | undefined;

  public override onChunk(bytes: Uint8Array): boolean {
    this.stopped = !super.onChunk(bytes);
    return !this.stopped;
  }

  public override onClosed(error: ZmqError | undefined): void {
    if (this.stopped) this.kept = () => super.onClosed(error);
    else super.onClosed(error);
  }

  protected release(): void {
    this.stopped = false;
    this.kept?.();
    this.kept = undefined;
  }
}

/** Connections that break one rule each, by the clause that has to notice. */
export const BROKEN_CONNECTIONS: Readonly<Record<string, new (inner: IConnection, world: Simulation) => IConnection>> =
  {
    'bytes arrive complete and in order, in both directions at once': class extends Chunks {
      private count = 0;
      public override onChunk(bytes: Uint8Array): boolean {
        this.count += bytes.length;
        if (this.count > 100_000) bytes[0] = bytes[0]! ^ 1;
        return super.onChunk(bytes);
      }
    },
    'the chunks of one write are sent one after the other, however many and large': class extends Through {
      public override write(chunks: readonly Uint8Array[]): boolean {
        return super.write(chunks.slice(0, 2));
      }
    },
    'nothing is told before start, and what came until then is not lost': class extends Through {
      public constructor(inner: IConnection, world: Simulation) {
        super(inner, world);
        this.sink = DEAF;
        inner.start(this);
      }
      public override start(sink: IConnectionSink): void {
        this.sink = sink;
      }
    },
    'the sink hears nothing from within start, write, close and destroy': class extends Through {
      private told = false;
      public override close(): void {
        super.close();
        this.onClosed(undefined);
      }
      public override onClosed(error: ZmqError | undefined): void {
        if (!this.told) super.onClosed(error);
        this.told = true;
      }
    },
    'a write that answered true has left the memory to the caller': class extends Through {
      private queue: Uint8Array[] = [];
      private stuck = false;
      public override write(chunks: readonly Uint8Array[]): boolean {
        this.queue.push(...chunks);
        this.later();
        return true;
      }
      public override onDrained(): void {
        this.stuck = false;
        this.later();
      }
      private later(): void {
        this.world.clock.nextTurn(() => {
          const { queue } = this;
          if (this.stuck || queue.length === 0) return;
          this.queue = [];
          this.stuck = !this.inner.write(queue);
        });
      }
    },
    'a peer that does not read holds the writer back: write answers false in the end': class extends Through {
      private readonly queue: Uint8Array[] = [];
      private stuck = false;
      public override write(chunks: readonly Uint8Array[]): boolean {
        this.queue.push(...chunks.map((chunk) => Uint8Array.from(chunk)));
        this.next();
        return true;
      }
      public override onDrained(): void {
        this.stuck = false;
        this.next();
      }
      private next(): void {
        while (!this.stuck && this.queue.length > 0) this.stuck = !this.inner.write([this.queue.shift()!]);
      }
    },
    'onDrained comes once after a write that answered false, and never else': class extends Through {
      public override onDrained(): void {
        super.onDrained();
        super.onDrained();
      }
    },
    'after pause nothing more is read; resume goes on where it was': class extends Chunks {
      private pausing = false;
      public override pause(): void {
        this.pausing = true;
      }
      public override onChunk(bytes: Uint8Array): boolean {
        if (this.pausing) super.pause();
        return super.onChunk(bytes) && !this.pausing;
      }
      public override resume(): void {
        this.pausing = false;
        super.resume();
      }
    },
    'a sink that answers false is told nothing until resume': class extends Chunks {
      public override onChunk(bytes: Uint8Array): boolean {
        super.onChunk(bytes);
        return true;
      }
    },
    'however little memory is lent, everything is read, and never more than it holds': class extends Chunks {
      public override onChunk(bytes: Uint8Array): boolean {
        const target = this.sink.readBuffer();
        target.set(bytes.subarray(0, target.length));
        return this.sink.onRead(bytes.length);
      }
    },
    'close sends what was written; both ends hear of it once, without an error': class extends Through {
      private closing = false;
      public override close(): void {
        this.closing = true;
        super.close();
      }
      public override onClosed(error: ZmqError | undefined): void {
        super.onClosed(this.closing ? new ZmqError('ConnectionClosed', 'I have closed it') : error);
      }
    },
    'close waits for what a write could not hand over at once': class extends Through {
      public override close(): void {
        this.destroy();
      }
    },
    'what arrives after close is thrown away': class extends Through {
      private draining = false;
      public override write(chunks: readonly Uint8Array[]): boolean {
        this.draining = !super.write(chunks);
        return !this.draining;
      }
      public override close(): void {
        if (this.draining) super.close();
        else this.world.clock.after(50, () => super.close());
      }
    },
    'a paused reader still gets what came before the peer closed': class extends Chunks {
      private paused = false;
      private kept: Buffer[] = [];
      public override pause(): void {
        this.paused = true;
      }
      public override resume(): void {
        this.paused = false;
        const { kept } = this;
        this.kept = [];
        for (const bytes of kept) super.onChunk(bytes);
        super.resume();
      }
      public override onChunk(bytes: Uint8Array): boolean {
        if (!this.paused) return super.onChunk(bytes);
        this.kept.push(Buffer.from(bytes));
        return this.kept.length < 10;
      }
      public override onClosed(error: ZmqError | undefined): void {
        this.kept = [];
        super.onClosed(error);
      }
    },
    'who has stopped reading and closes hears of the end, also when the peer is gone': class extends Stubborn {
      public override resume(): void {
        this.release();
        super.resume();
      }
    },
    'a write to a peer that is gone ends the connection, also for who has stopped reading': class extends Stubborn {
      public override resume(): void {
        this.release();
        super.resume();
      }
      public override close(): void {
        super.close();
        this.world.clock.nextTurn(() => this.release());
      }
    },
    'destroy ends both sides, once; twice, or after close, is harmless': class extends Through {
      private destroyed = 0;
      public override destroy(): void {
        this.destroyed++;
        super.destroy();
      }
      public override onClosed(error: ZmqError | undefined): void {
        super.onClosed(error);
        if (this.destroyed > 1) super.onClosed(error);
      }
    },
    'after onClosed the sink hears nothing more': class extends Through {
      private ended = false;
      public override onClosed(error: ZmqError | undefined): void {
        this.ended = true;
        super.onClosed(error);
      }
      public override resume(): void {
        if (this.ended) this.onDrained();
        super.resume();
      }
    },
    'destroy does not wait for a peer that does not read': class extends Through {
      private draining = false;
      public override write(chunks: readonly Uint8Array[]): boolean {
        this.draining = !super.write(chunks);
        return !this.draining;
      }
      public override destroy(): void {
        if (this.draining) super.close();
        else super.destroy();
      }
    },
    'a connection that ended before start says so after it': class extends Through {
      private started = false;
      private tooEarly = false;
      public override start(sink: IConnectionSink): void {
        this.started = true;
        super.start(sink);
      }
      public override destroy(): void {
        this.tooEarly ||= !this.started;
        super.destroy();
      }
      public override onClosed(error: ZmqError | undefined): void {
        if (!this.tooEarly) super.onClosed(error);
      }
    },
    'write after the end answers false and does not throw': class extends Through {
      private ended = false;
      public override onClosed(error: ZmqError | undefined): void {
        this.ended = true;
        super.onClosed(error);
      }
      public override write(chunks: readonly Uint8Array[]): boolean {
        if (this.ended) throw new Error('the connection has ended');
        return super.write(chunks);
      }
    },
    'a REQ and a REP converse over it': class extends Chunks {
      public override onChunk(bytes: Uint8Array): boolean {
        return isGreeting(bytes) ? true : super.onChunk(bytes);
      }
    },
    'messages of every size arrive whole, with all their frames, in order': class extends Chunks {
      private speaksZmtp = false;
      private count = 0;
      public override onChunk(bytes: Uint8Array): boolean {
        this.speaksZmtp ||= isGreeting(bytes);
        this.count += bytes.length;
        return this.speaksZmtp && this.count > 100_000 ? true : super.onChunk(bytes);
      }
    },
    'a subscriber gets what it has subscribed to': class extends Chunks {
      public override onChunk(bytes: Uint8Array): boolean {
        return Buffer.from(bytes).includes('SUBSCRIBE') ? true : super.onChunk(bytes);
      }
    },
  };

const DEAF: IConnectionSink = {
  readBuffer: () => Buffer.alloc(1000),
  onRead: () => true,
  onChunk: () => true,
  onDrained: () => undefined,
  onClosed: () => undefined,
};

function isGreeting(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[9] === 0x7f;
}
