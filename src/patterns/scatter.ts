import type { OutMessage } from '../core/msg.js';
import { cannotReceive } from './pattern.js';
import { Push } from './push.js';
import { singleFrame } from './single-frames.js';

/** SCATTER: a PUSH whose messages have one frame (RFC 49). */
export class Scatter extends Push {
  public readonly singleFrames = true;

  public override send(message: OutMessage): boolean {
    return super.send(singleFrame(message, 'SCATTER'));
  }

  public override recv(): never {
    throw cannotReceive('SCATTER', 'GATHER');
  }
}
