import { COPY_LIMIT } from '../../core/budgets.js';
import { type Frame, frameBytes } from '../../core/msg.js';
import { FrameEncoder } from './frame-encoder.js';

/** A length of this and more is written in eight octets, behind an `ff`. It counts the flags octet. */
const LONG_LENGTH = 0xff;
const SHORT_HEAD_SIZE = 2;
const LONG_HEAD_SIZE = 10;

/** The frames of ZMTP 1.0 (RFC 13): length, flags, body. Everything is copied: such peers are rare, and not worth more. */
export class OldFrameEncoder extends FrameEncoder {
  public override frame(frame: Frame, flags: number): void {
    const body = frameBytes(frame);
    const length = body.length + 1;
    const head = Buffer.alloc(length < LONG_LENGTH ? SHORT_HEAD_SIZE : LONG_HEAD_SIZE);
    head[0] = Math.min(length, LONG_LENGTH);
    if (length >= LONG_LENGTH) head.writeBigUInt64BE(BigInt(length), 1);
    head[head.length - 1] = flags;
    this.raw(head);
    for (let at = 0; at < body.length; at += COPY_LIMIT) this.raw(body.subarray(at, at + COPY_LIMIT));
  }
}
