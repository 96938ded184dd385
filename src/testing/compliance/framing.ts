const LONG = 2;
const SHORT_HEADER = 2;
const LONG_HEADER = 9;

/**
 * Bytes as bodies of ZMTP frames and back, for a connection without a greeting (`IConnection.agreed`): such a transport may
 * count on frames, so what a clause writes has to be some.
 */
export class Framing {
  private rest: Buffer = Buffer.alloc(0);

  /** A frame for each chunk. */
  public encode(chunks: readonly Uint8Array[]): Uint8Array[] {
    return chunks.flatMap((chunk) => {
      const header = Buffer.alloc(LONG_HEADER);
      header[0] = LONG;
      header.writeBigUInt64BE(BigInt(chunk.length), 1);
      return [header, chunk];
    });
  }

  /** The bodies of the frames that are whole now. */
  public decode(bytes: Uint8Array): Buffer {
    this.rest = Buffer.concat([this.rest, bytes]);
    const bodies: Buffer[] = [];
    for (;;) {
      const { rest } = this;
      const head = ((rest[0] ?? 0) & LONG) === 0 ? SHORT_HEADER : LONG_HEADER;
      if (rest.length < head) break;
      const end = head + (head === SHORT_HEADER ? (rest[1] as number) : Number(rest.readBigUInt64BE(1)));
      if (rest.length < end) break;
      bodies.push(rest.subarray(head, end));
      this.rest = rest.subarray(end);
    }
    return Buffer.concat(bodies);
  }
}
