import { Msg } from '../../../src/core/msg.js';
import { FrameDecoder, type IFrameSink } from '../../../src/engines/zmtp/frame-decoder.js';
import { FrameEncoder } from '../../../src/engines/zmtp/frame-encoder.js';
import { PEER } from '../far-end.js';
import type { Case } from '../harness.js';

/** What one read of a busy connection brings. */
const READ_SIZE = 65_536;

class Counter implements IFrameSink {
  public frames = 0;
  public bytes = 0;

  public onFrame(_flags: number, _buffer: Buffer, _offset: number, size: number): boolean {
    this.frames++;
    this.bytes += size;
    return true;
  }

  public onOversize(): void {
    throw new Error('A frame is too large.');
  }

  public onMalformed(): void {
    throw new Error('These are no frames.');
  }
}

/** Makes of each frame what a socket gets of it. */
class Messages extends Counter {
  private last: Msg[] = [];

  public override onFrame(flags: number, buffer: Buffer, offset: number, size: number): boolean {
    this.last = [new Msg(buffer, flags, offset, size, PEER)];
    this.frames++;
    this.bytes += this.last[0]!.size;
    return true;
  }
}

/** The bytes are copied to where the kernel would put them: that is part of the time. */
function decode(sink: Counter, size: number): (times: number) => number {
  const encoder = new FrameEncoder();
  for (let i = 0; i < READ_SIZE / (size + 2); i++) encoder.frame(Buffer.alloc(size, 'x'), 0);
  const stream = Buffer.concat(encoder.take());
  const decoder = new FrameDecoder(sink, -1);
  let at = 0;
  return (times) => {
    for (const end = sink.frames + times; sink.frames < end; ) {
      const room = decoder.readBuffer();
      const length = Math.min(room.length, stream.length - at);
      room.set(stream.subarray(at, at + length));
      at = at + length === stream.length ? 0 : at + length;
      decoder.filled(length);
      decoder.parse();
    }
    return sink.bytes;
  };
}

export const cases: readonly Case[] = [
  { name: 'frames of 64 B', prepare: () => decode(new Counter(), 64) },
  { name: 'frames of 1 KB', prepare: () => decode(new Counter(), 1024) },
  { name: 'frames of 64 KB', prepare: () => decode(new Counter(), 65_536) },
  { name: 'frames of 64 B, made messages', prepare: () => decode(new Messages(), 64) },
];
