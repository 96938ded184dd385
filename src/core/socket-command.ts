import type { Endpoints } from './endpoints.js';
import type { ZmqError } from './errors.js';
import type { Metadata } from './metadata.js';
import type { SocketOptionValues } from './options/values.js';
import type { Pipe } from './pipe.js';

/** A caller that waits for a command. */
export interface Reply<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: ZmqError) => void;
}

/** What bind and connect are about: the options count as they were when they were called. */
export interface NewEndpoint {
  readonly endpoint: string;
  readonly options: Readonly<SocketOptionValues>;
}

/**
 * What the user asks for, and is answered.
 *
 * bind, connect, unbind, disconnect: by the user, who waits for the reply.
 * bind now, unbind now: by the user, who has the answer before the call returns (see at-once.ts).
 * joined: by the socket itself, behind `attach`: whoever connected is answered when the pattern has the pipe.
 */
export type EndpointCommand =
  | ({ readonly type: 'bind'; readonly reply: Reply<string> } & NewEndpoint)
  | ({ readonly type: 'connect'; readonly reply: Reply<Pipe | undefined> } & NewEndpoint)
  | { readonly type: 'joined'; readonly pipe: Pipe | undefined; readonly reply: Reply<Pipe | undefined> }
  | { readonly type: 'unbind' | 'disconnect'; readonly endpoint: string; readonly reply: Reply<void> }
  | {
      readonly type: 'bind now' | 'unbind now';
      readonly endpoint: string;
      readonly run: (endpoints: Endpoints, lingerDeadline: number) => string;
      readonly reply: Reply<string>;
    };

/**
 * What a socket is told of its pipes.
 *
 * attach: by a Connecter that was made, or a Session whose peer is known: the pattern is to use this pipe.
 * connected, disconnected: by a Session whose pipe has a peer now, or has lost it and stays.
 * detach: by a Connecter or Session that ends its pipe.
 */
export type PipeCommand =
  | { readonly type: 'attach' | 'disconnected' | 'detach'; readonly pipe: Pipe }
  | { readonly type: 'connected'; readonly pipe: Pipe; readonly peer: Metadata };

/** What comes to a socket through its mailbox. */
export type SocketCommand = EndpointCommand | PipeCommand;
