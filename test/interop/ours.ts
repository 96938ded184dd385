import { Context, type Msg, type SocketType } from 'rzmq';
import { digest, type FrameSpec, toBytes } from './content.mjs';
import type { Options, PeerSocket, Side } from './peer.js';

/** What the suite uses of a socket. The typed sockets each have a part of it; here the type comes from a table. */
interface AnySocket {
  readonly lastEndpoint: string;
  bind(endpoint: string): Promise<void>;
  unbind(endpoint: string): Promise<void>;
  connect(endpoint: string): Promise<void>;
  send(message: Uint8Array[]): Promise<void>;
  trySend(message: Uint8Array[]): boolean;
  recvMultipart(): Promise<Msg[]>;
  subscribe(topic: Uint8Array): unknown;
  unsubscribe(topic: Uint8Array): unknown;
  close(): Promise<void>;
}

/** Our library, in this process. */
export class Ours implements Side {
  readonly context = new Context();

  async socket(type: string, options: Options = {}): Promise<OurSocket> {
    const socket = this.context.socket(type as SocketType, { linger: 0, ...options } as never);
    return new OurSocket(type, socket as unknown as AnySocket);
  }

  async end(): Promise<void> {
    await this.context.term();
  }
}

export class OurSocket implements PeerSocket {
  constructor(
    readonly type: string,
    readonly socket: AnySocket,
  ) {}

  async bind(endpoint: string): Promise<string> {
    await this.socket.bind(endpoint);
    return this.socket.lastEndpoint;
  }

  async unbind(endpoint: string): Promise<void> {
    await this.socket.unbind(endpoint);
  }

  async connect(endpoint: string): Promise<void> {
    await this.socket.connect(endpoint);
  }

  async send(frames: readonly FrameSpec[]): Promise<void> {
    await this.socket.send(frames.map(toBytes));
  }

  async recv(): Promise<string[]> {
    return (await this.socket.recvMultipart()).map((frame) => digest(frame.data));
  }

  async flood(frames: readonly FrameSpec[], max: number): Promise<number> {
    const message = frames.map(toBytes);
    let taken = 0;
    while (taken < max && this.socket.trySend(message)) taken++;
    return taken;
  }

  async subscribe(topic: FrameSpec): Promise<void> {
    await this.socket.subscribe(toBytes(topic));
  }

  async unsubscribe(topic: FrameSpec): Promise<void> {
    await this.socket.unsubscribe(toBytes(topic));
  }

  async close(): Promise<void> {
    await this.socket.close();
  }
}
