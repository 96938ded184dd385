import { constants } from 'node:buffer';
import type { FrameDecoder } from './frame-decoder.js';
import type { IMachineSink, MachineConfig } from './machine-contract.js';

/** A limit that is none; every negative number is. */
const NO_LIMIT = -1;

/** `traffic`, or the largest command that the mechanism waits for; `undefined` when it does not say. */
type FramesDue = 'traffic' | number | undefined;

/**
 * The largest frame that is accepted, which depends on what is due. Until the handshake is complete a stranger gets little
 * memory.
 */
export class FrameLimit {
  public constructor(
    private readonly config: MachineConfig,
    private readonly decoder: FrameDecoder,
    private readonly sink: Pick<IMachineSink, 'limitFrames'>,
    private due: FramesDue,
  ) {
    decoder.limit(sizeOf(config, due));
  }

  /** What comes next. The decoder keeps to it, and so may the transport. */
  public expect(due: FramesDue): void {
    this.due = due;
    const frameSize = sizeOf(this.config, due);
    this.decoder.limit(frameSize);
    this.sink.limitFrames?.(frameSize);
  }

  /** Which limit a frame of that size exceeds, in words. */
  public exceededBy(size: number): string {
    const { due } = this;
    const { maxMessageSize, maxHandshakeSize, maxCommandSize } = this.config;
    if (maxMessageSize >= 0 && size > maxMessageSize) return ` (ZMQ_MAXMSGSIZE is ${maxMessageSize})`;
    if (typeof due === 'number' && size > due) return ` (what is due has at most ${due} bytes)`;
    if (due !== 'traffic') return ` (MAX_HANDSHAKE_SIZE is ${maxHandshakeSize})`;
    return maxCommandSize < 0 || size > constants.MAX_LENGTH ? '' : ` (MAX_COMMAND_SIZE is ${maxCommandSize})`;
  }
}

function sizeOf({ maxMessageSize, maxHandshakeSize }: MachineConfig, due: FramesDue): number {
  if (due === 'traffic') return maxMessageSize;
  return lower(due ?? NO_LIMIT, lower(maxMessageSize, maxHandshakeSize));
}

/** The lower one of two limits. */
function lower(a: number, b: number): number {
  if (a < 0) return b;
  return b < 0 ? a : Math.min(a, b);
}
