import { Msg, MsgFlags } from './msg.js';
import type { SocketOptionValues } from './options/values.js';
import type { Pipe } from './pipe.js';
import type { SocketTypeName } from './socket-type.js';

/** Who says hello (ZMQ_HELLO_MSG). A REQ may not: its peer would have to answer. */
const SAY_HELLO: readonly SocketTypeName[] = ['ROUTER', 'REP', 'DEALER', 'CLIENT', 'SERVER', 'PEER'];
/** Who is told that a peer which had connected to it is gone (ZMQ_DISCONNECT_MSG). */
const HEAR_DISCONNECT: readonly SocketTypeName[] = ['ROUTER', 'SERVER', 'PEER'];
/** Who is told that the peer which it had connected to is gone (ZMQ_HICCUP_MSG). */
const HEAR_HICCUP: readonly SocketTypeName[] = ['DEALER', 'CLIENT', 'PEER'];

/** Bits of ZMQ_ROUTER_NOTIFY. */
const Notify = { CONNECT: 1, DISCONNECT: 2 } as const;

/** A raw peer is told of in both directions, or not at all (ZMQ_STREAM_NOTIFY). */
function rawNotify(notify: boolean): number {
  return notify ? Notify.CONNECT | Notify.DISCONNECT : 0;
}

const NOTHING: Buffer = Buffer.alloc(0);
const NONE: readonly Buffer[] = [];
const EMPTY: readonly Buffer[] = [NOTHING];

/**
 * The messages that a connection brings by itself: what is sent to its peer first, and what the own application receives
 * when the peer comes and goes. From the options as they were at bind or connect, as far as the socket type acts on them.
 */
export class Notices {
  /** Sent before anything else; `null` for nothing. */
  public readonly hello: Buffer | null;
  private readonly onConnect: readonly Buffer[];
  private readonly onDisconnect: readonly Buffer[];

  /** @param accepted the peer connected to us, not we to it */
  public constructor(type: SocketTypeName, accepted: boolean, options: Readonly<SocketOptionValues>) {
    const { helloMessage, disconnectMessage, hiccupMessage, routerRaw } = options;
    const notify = routerRaw ? rawNotify(options.notify) : type === 'ROUTER' ? options.routerNotify : 0;
    const lost = accepted
      ? HEAR_DISCONNECT.includes(type) && disconnectMessage
      : HEAR_HICCUP.includes(type) && hiccupMessage;
    this.hello = SAY_HELLO.includes(type) && !routerRaw ? helloMessage : null;
    this.onConnect = (notify & Notify.CONNECT) !== 0 ? EMPTY : NONE;
    this.onDisconnect = (notify & Notify.DISCONNECT) !== 0 ? EMPTY : NONE;
    if (lost && !routerRaw) this.onDisconnect = [...this.onDisconnect, lost];
  }

  /** The pipe has a peer, and nothing of that peer has been delivered yet. */
  public connected(pipe: Pipe): void {
    for (const bytes of this.onConnect) deliver(pipe, bytes);
  }

  /** The pipe has lost its peer. */
  public disconnected(pipe: Pipe): void {
    for (const bytes of this.onDisconnect) deliver(pipe, bytes);
  }
}

/** Beyond the high-water mark: a notice that is lost could not be made up for. */
function deliver(pipe: Pipe, bytes: Buffer): void {
  if (!pipe.hasRetired) pipe.deliver([new Msg(bytes, MsgFlags.NONE, 0, bytes.length, pipe.peer)]);
}
