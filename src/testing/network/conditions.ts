/** How bytes fare on their way from one host to another. */
export interface LinkConditions {
  /** Milliseconds on the way. */
  readonly latency: number;
  /** Milliseconds more, at most: drawn for each piece. The order is kept. */
  readonly jitter: number;
  /** Bytes per second, of all connections on the link together. */
  readonly bandwidth: number;
  /** How likely it is, from 0 to 1, that a piece on its way breaks its connection. */
  readonly connectionLoss: number;
  /** How many bytes of a connection may be under way or unread in one direction before its writer is held back. */
  readonly window: number;
  /** Bytes are read in pieces of a random size up to this one. */
  readonly pieceSize: number;
}

/** Nothing takes time, and nothing breaks. */
export const PERFECT: LinkConditions = {
  latency: 0,
  jitter: 0,
  bandwidth: Number.POSITIVE_INFINITY,
  connectionLoss: 0,
  window: 262_144,
  pieceSize: Number.POSITIVE_INFINITY,
};

/** The way from one host to another, one of both directions. */
export class Link {
  /** Nothing gets through. Who sends is not told. */
  public cut = false;
  /** When the last byte that was sent will have left. */
  public busyUntil = 0;

  public constructor(
    public readonly name: string,
    public conditions: LinkConditions,
    /** It does not leave the machine. */
    public readonly loopback: boolean,
  ) {}

  /** Within a machine there is no distance. */
  public change(conditions: Partial<LinkConditions>): void {
    const { window, pieceSize } = { ...this.conditions, ...conditions };
    this.conditions = this.loopback ? { ...PERFECT, window, pieceSize } : { ...this.conditions, ...conditions };
  }
}
