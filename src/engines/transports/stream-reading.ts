import { type OnReadOpts, Socket } from 'node:net';

/**
 * How the bytes of a socket reach the sink: `lent` reads straight into the sink's buffers, `chunks` hands over
 * buffers of Node's own. `lent` is the fast one; `chunks` is what is left where Node does not let us.
 */
export type ReadMode = 'lent' | 'chunks';

/** What reads into memory that it names itself: a connection. */
export interface ILentReader {
  /** Where the next bytes go. */
  nextTarget(): Buffer;
  /** So many came there. False: no more now. */
  onLentRead(size: number): boolean;
}

/** The `onread` of a socket whose reader is known only when it is connected. Nothing is read before. */
export class LentReading implements OnReadOpts {
  public reader: ILentReader | null = null;

  /** @param landing what Node is given until then. */
  public constructor(private readonly landing: Buffer) {}

  public readonly buffer = (): Buffer => this.reader?.nextTarget() ?? this.landing;
  public readonly callback = (size: number): boolean => this.reader?.onLentRead(size) ?? true;
}

/** The part of Node's internal stream handle that matters here; `useUserBuffer` is what `onread` stands on. */
interface StreamHandle {
  readonly useUserBuffer?: unknown;
}

interface HandleOwner {
  _handle: StreamHandle | null;
}

/** True when this Node reads with `onread` where it is asked to. */
export function canLend(socket: Socket): boolean {
  return typeof (socket as unknown as HandleOwner)._handle?.useUserBuffer === 'function';
}

/**
 * Moves the connection of a socket that has never read into a new socket that reads with `onread`, and ends the old
 * one. Only so can a sink be read into that is known after the connection: Node takes `onread` in the constructor.
 * The new socket begins to read at once. `undefined`: this Node has no such handle; `raw` is as it was.
 */
export function moveToReader(raw: Socket, onread: OnReadOpts): Socket | undefined {
  if (!canLend(raw)) return undefined;
  const owner = raw as unknown as HandleOwner;
  const handle = owner._handle;
  owner._handle = null;
  raw.destroy();
  return new Socket({ handle, onread, allowHalfOpen: false } as ConstructorParameters<typeof Socket>[0]);
}
