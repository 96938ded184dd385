import { COPY_LIMIT } from '../../core/budgets.js';
import type { ITrafficCipher } from '../../core/contracts/mechanism.js';
import { type Frame, Msg } from '../../core/msg.js';
import { LONG_HEADER_SIZE } from './frame.js';
import { FrameEncoder } from './frame-encoder.js';

/**
 * The frames of a connection whose traffic is protected: what is sent is a message frame with the protected body. The
 * content is written to its place in the batch and protected there; a large one gets memory of its own.
 */
export class SealedFrameEncoder extends FrameEncoder {
  public constructor(private readonly cipher: ITrafficCipher) {
    super();
  }

  public override frame(frame: Frame, flags: number): void {
    const { cipher } = this;
    const { overhead } = cipher;
    const size = typeof frame === 'string' ? Buffer.byteLength(frame, 'utf8') : frame.length;
    const whole = overhead + size;
    if (whole > COPY_LIMIT) {
      const body = Buffer.allocUnsafeSlow(whole);
      put(frame, body, overhead);
      cipher.seal(flags, body, 0, size);
      this.reference(body, 0);
      return;
    }
    this.reserve(LONG_HEADER_SIZE + whole);
    this.header(0, whole);
    const at = this.position;
    put(frame, this.batch, at + overhead);
    cipher.seal(flags, this.batch, at, size);
    this.position = at + whole;
  }
}

function put(frame: Frame, target: Buffer, at: number): void {
  if (typeof frame === 'string') target.write(frame, at, 'utf8');
  else if (frame instanceof Msg) frame.copyTo(target, at);
  else target.set(frame, at);
}
