import type { EndpointInspection, SocketInspection } from './contracts/inspection.js';
import { changedOptions } from './options/changed.js';
import type { SocketOptionValues } from './options/values.js';
import type { SocketStats } from './stats.js';

/** The socket, as far as looking at it from outside needs it. */
export interface IInspectedSocket {
  readonly socketType: string;
  readonly options: Readonly<SocketOptionValues>;
  readonly closed: boolean;
  readonly stats: SocketStats;
  /** Callers that wait. */
  readonly sends: { readonly size: number };
  readonly receives: { readonly size: number };
}

/** Something below a socket that can say how it is: a Listener or a Connecter. */
export interface IInspectedEndpoint {
  inspect(): EndpointInspection;
}

/** A socket as it is now, as plain data without secrets. */
export function inspectSocket(socket: IInspectedSocket, endpoints: Iterable<IInspectedEndpoint>): SocketInspection {
  const { socketType, closed, options, stats, sends, receives } = socket;
  return {
    type: socketType,
    state: closed ? 'closing' : 'open',
    options: changedOptions(options, socketType),
    endpoints: [...endpoints].map((endpoint) => endpoint.inspect()),
    ...stats,
    pipes: stats.pipes.map(({ peer, ...pipe }) => ({
      ...pipe,
      ...(peer === undefined ? {} : { peer: peer.toJSON() }),
    })),
    sending: sends.size,
    receiving: receives.size,
  };
}
