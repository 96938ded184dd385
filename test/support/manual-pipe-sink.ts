import type { ZmqError } from '../../src/core/errors.js';
import { Metadata } from '../../src/core/metadata.js';
import { type Frame, frameBytes, frameToMsg, type InMessage, MsgFlags, type OutMessage } from '../../src/core/msg.js';
import type { IPipeEvents, IPipeSink, Pipe } from '../../src/core/pipe.js';
import { DropCounts, type DropReason } from '../../src/core/stats.js';

/** The far end of a pipe as an engine makes it: collects what it is sent, flushes it to a network that may be full. */
export class ManualPipeSink implements IPipeSink {
  /** False: a flush gets stuck, and nothing more is taken until `accept`. */
  public accepting = true;
  public readonly sent: OutMessage[] = [];
  public unsent = 0;
  public resumed = 0;
  public flushes = 0;
  public failure: ZmqError | undefined = undefined;
  private stuck = false;

  public get ready(): boolean {
    return !this.stuck;
  }

  public send(message: OutMessage): void {
    if (this.stuck) throw new Error('sent while not ready');
    this.sent.push(message);
    this.unsent++;
  }

  public flush(): void {
    this.flushes++;
    if (this.stuck || this.unsent === 0) return;
    if (this.accepting) this.unsent = 0;
    else this.stuck = true;
  }

  public resume(): void {
    this.resumed++;
  }

  public fail(error: ZmqError): void {
    this.failure ??= error;
  }

  /** The network takes what it refused; the pipe is told, as an engine does. */
  public accept(pipe: Pipe): void {
    this.stuck = false;
    this.unsent = 0;
    pipe.drain();
    this.flush();
  }

  /** What it was sent, as text. */
  public get texts(): string[] {
    return this.sent.map(textOf);
  }
}

/** The owner of a pipe: counts what it is told. */
export class PipeEvents implements IPipeEvents {
  public reads = 0;
  public writes = 0;
  public fills = 0;
  /** What is gone, and why. */
  public readonly drops: DropCounts = new DropCounts();
  public onRead: () => void = () => undefined;
  public onWrite: () => void = () => undefined;

  public readActivated(): void {
    this.reads++;
    this.onRead();
  }

  public writeActivated(): void {
    this.writes++;
    this.onWrite();
  }

  public filled(): void {
    this.fills++;
  }

  public dropped(reason: DropReason, messages: number): void {
    this.drops.add(reason, messages);
  }
}

/** A peer without a name. */
export function somebody(): Metadata {
  return new Metadata('peer', new Map());
}

/** A message as text, its frames joined with a bar. */
export function textOf(message: OutMessage | undefined): string {
  if (message === undefined) return '(none)';
  const frames = Array.isArray(message) ? (message as readonly Frame[]) : [message as Frame];
  return frames.map((frame) => frameBytes(frame).toString('latin1')).join('|');
}

/** What an engine would deliver. */
export function received(...frames: Frame[]): InMessage {
  const last = frames.length - 1;
  return frames.map((frame, i) => frameToMsg(frame, i < last ? MsgFlags.MORE : MsgFlags.NONE, undefined)) as InMessage;
}
