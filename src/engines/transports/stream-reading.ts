import { type OnReadOpts, Socket } from 'node:net';

/**
 * How the bytes of a socket reach the sink: `lent` reads straight into the sink's buffers, `chunks` hands over
 * buffers of Node's own. `lent` is the fast one; `chunks` is what is left where Node does not let us.
 */
export type ReadMode = 'lent' | 'chunks';

/** The part of Node's internal stream handle that matters here; `useUserBuffer` is what `onread` stands on. */
interface StreamHandle {
  readonly useUserBuffer?: unknown;
}

interface HandleOwner {
  _handle: StreamHandle | null;
}

/**
 * Moves the connection of a socket that has never read into a new socket that reads with `onread`, and ends the old
 * one. Only so can a sink be read into that is known after the connection: Node takes `onread` in the constructor.
 * The new socket begins to read at once. `undefined`: this Node has no such handle; `raw` is as it was.
 */
export function moveToReader(raw: Socket, onread: OnReadOpts): Socket | undefined {
  const owner = raw as unknown as HandleOwner;
  const handle = owner._handle;
  if (typeof handle?.useUserBuffer !== 'function') return undefined;
  owner._handle = null;
  raw.destroy();
  return new Socket({ handle, onread, allowHalfOpen: false } as ConstructorParameters<typeof Socket>[0]);
}
