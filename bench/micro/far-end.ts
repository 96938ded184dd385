import { Metadata } from '../../src/core/metadata.js';
import type { OutMessage } from '../../src/core/msg.js';
import { type IPipeEvents, type IPipeSink, Pipe, type PipeLimits } from '../../src/core/pipe.js';

/** A peer that takes everything, and only counts it. */
export class FarEnd implements IPipeSink {
  public ready = true;
  public unsent = 0;
  public taken = 0;

  public send(_message: OutMessage): void {
    this.taken++;
  }

  public flush(): void {}
  public resume(): void {}
  public fail(): void {}
}

export const LIMITS: PipeLimits = { sendHighWaterMark: 0, receiveHighWaterMark: 0, conflate: false };
export const PEER: Metadata = new Metadata('127.0.0.1', new Map());

export const NO_EVENTS: IPipeEvents = {
  readActivated: () => undefined,
  writeActivated: () => undefined,
  filled: () => undefined,
  dropped: () => undefined,
};

/** A pipe with a peer that takes everything. */
export function connectedPipe(end: FarEnd, events: IPipeEvents = NO_EVENTS): Pipe {
  const pipe = new Pipe('tcp://bench', LIMITS);
  pipe.attach(events);
  pipe.connect(end, PEER);
  return pipe;
}
