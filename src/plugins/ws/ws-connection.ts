import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import {
  type Agreement,
  type IConnection,
  type IConnectionSink,
  type IScheduler,
  type Properties,
  type StreamFacts,
  ZmqError,
} from '../../plugin.js';
import { FrameSplitter, header } from './zws.js';

/** What one connection reads before the others have their turn. */
const READ_BUDGET = 262_144;

/** What comes in one read at most, beside what a message may have. */
const READ_SIZE = 131_072;

/** The codes of a close frame (RFC 6455, section 7.4). */
const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL: 1002,
  UNSUPPORTED: 1003,
  NONE: 1005,
  LOST: 1006,
} as const;

/** What is sent: binary, whole, not compressed. */
const BINARY = { binary: true, compress: false, fin: true } as const;

/** waiting: open, but nobody reads. closing: flushes. ending: destroyed, or failed. ended: 'close' came. */
type State = 'waiting' | 'open' | 'closing' | 'ending' | 'ended';

/** What is known of a connection when it is made. */
export interface WsFacts extends StreamFacts {
  readonly agreed: Agreement;
}

/**
 * A connection over a WebSocket that is open: to the engine a stream of ZMTP frames without a greeting, on the wire one
 * message of ZWS for each frame.
 *
 * Every end leads to the 'close' event of the WebSocket, and from there to the sink's one `onClosed`.
 */
export class WsConnection implements IConnection {
  public readonly kind = 'stream';
  public readonly localAddress: string;
  public readonly remoteAddress: string;
  public readonly agreed: Agreement;
  public readonly verified: Properties | undefined;

  private readonly endpoint: string;
  private readonly splitter: FrameSplitter;
  private state: State = 'waiting';
  private sink: IConnectionSink | null = null;
  private draining = false;
  /** The last message of the running write. It is sent last, to hear when all of them are accepted. */
  private last: Buffer | null = null;
  /** The reader has no room. */
  private held = false;
  private resting = false;
  private readSinceRest = 0;
  /** The frames that came and are not handed over, in pieces: what is left of the read that the reader stopped in. */
  private readonly inbox: Buffer[] = [];
  private frameLimit = -1;
  /** What has been read of a message that is not whole. */
  private partial = 0;
  private failure: ZmqError | undefined;
  /** The WebSocket is closed, and the reader has no room for what came before that: it ends when that is read, or by a write. */
  private leftover = false;

  /** @param socket what the WebSocket is on. */
  public constructor(
    private readonly ws: WebSocket,
    private readonly socket: Socket,
    facts: WsFacts,
    private readonly scheduler: IScheduler,
  ) {
    this.endpoint = facts.endpoint;
    this.localAddress = facts.localAddress;
    this.remoteAddress = facts.remoteAddress;
    this.agreed = facts.agreed;
    this.verified = facts.verified;
    this.splitter = new FrameSplitter((message) => this.send(message));
    ws.pause();
    ws.on('message', (data, isBinary) => this.onMessage(data as Buffer, isBinary));
    ws.on('ping', this.onSignOfLife);
    ws.on('pong', this.onSignOfLife);
    ws.on('error', this.onError);
    ws.on('close', this.onClose);
    // After the listener of `ws`.
    socket.on('data', this.onData);
  }

  public start(sink: IConnectionSink): void {
    this.sink = sink;
    if (this.state !== 'waiting') {
      if (this.state === 'ended') this.scheduler.endOfTurn(() => sink.onClosed(this.failure));
      return;
    }
    this.state = 'open';
    this.ws.resume();
  }

  public write(chunks: readonly Uint8Array[]): boolean {
    if (this.state !== 'open') return false;
    if (this.ws.readyState !== this.ws.OPEN) {
      this.draining = true;
      if (this.leftover) this.endSoon();
      return false;
    }
    const { socket, splitter } = this;
    socket.cork();
    for (const chunk of chunks) splitter.push(chunk);
    const { last } = this;
    if (last !== null) this.ws.send(last, BINARY, this.onWritten);
    this.last = null;
    socket.uncork();
    // Without a whole message nothing was sent, and what was written is copied.
    if (last === null || this.ws.bufferedAmount === 0) return true;
    this.draining = true;
    return false;
  }

  public pause(): void {
    this.held = true;
    if (this.state === 'open') this.ws.pause();
  }

  public resume(): void {
    this.held = false;
    this.unpack();
    if (this.state === 'open' && !this.held && !this.resting) this.ws.resume();
  }

  public limitFrames(frameSize: number): void {
    this.frameLimit = frameSize;
  }

  public ping(): void {
    if (this.state === 'open') this.ws.ping();
  }

  public close(): void {
    if (this.state === 'waiting') this.destroy();
    if (this.state !== 'open') return;
    this.state = 'closing';
    this.inbox.length = 0;
    if (this.leftover) this.endSoon();
    // The close frame of the peer comes behind what it has sent.
    this.ws.resume();
    if (!this.draining) this.ws.close(CloseCode.NORMAL);
  }

  public destroy(): void {
    if (this.state !== 'ended') this.state = 'ending';
    this.inbox.length = 0;
    this.ws.terminate();
    if (this.leftover) this.endSoon();
  }

  public ref(): void {
    this.socket.ref();
  }

  public unref(): void {
    this.socket.unref();
  }

  private send(message: Buffer): void {
    if (this.last !== null) this.ws.send(this.last, BINARY);
    this.last = message;
  }

  private readonly onWritten = (error?: Error | null): void => {
    if (!this.draining || error != null || this.socket.destroyed) return;
    this.draining = false;
    if (this.state === 'closing') this.ws.close(CloseCode.NORMAL);
    else this.sink?.onDrained();
  };

  private onMessage(data: Buffer, isBinary: boolean): void {
    this.partial = 0;
    if (this.state === 'closing' || this.state === 'ending') return;
    if (!isBinary) this.refuse(CloseCode.UNSUPPORTED, 'it sent text, and ZWS is binary');
    else if (data.length === 0) this.refuse(CloseCode.PROTOCOL, 'it sent a message without the octet of flags');
    else this.inbox.push(header(data), data.subarray(1));
  }

  /** Hands over what came, as far as the reader takes it: the frames, one after the other, in the memory that it lends. */
  private unpack(): void {
    const { sink, inbox } = this;
    let at = 0;
    while (this.state === 'open' && !this.held && at < inbox.length) {
      const room = (sink as IConnectionSink).readBuffer();
      let filled = 0;
      while (at < inbox.length && filled < room.length) {
        const piece = inbox[at] as Buffer;
        const size = piece.copy(room, filled);
        filled += size;
        if (size === piece.length) at++;
        else inbox[at] = piece.subarray(size);
      }
      if (filled > 0 && !(sink as IConnectionSink).onRead(filled)) this.hold();
    }
    inbox.splice(0, at);
    if (this.leftover && inbox.length === 0) this.endSoon();
  }

  private hold(): void {
    this.held = true;
    this.ws.pause();
  }

  /** Who has had its share of a turn waits for the next one, so that the others are read too. */
  private rest(size: number): void {
    this.readSinceRest += size;
    if (this.readSinceRest < READ_BUDGET || this.state !== 'open') return;
    this.readSinceRest = 0;
    this.resting = true;
    this.ws.pause();
    this.scheduler.nextTurn(() => {
      this.resting = false;
      if (this.state === 'open' && !this.held) this.ws.resume();
    });
  }

  private readonly onSignOfLife = (): void => {
    this.partial = 0;
    if (this.state === 'open') this.sink?.onRead(0);
  };

  /**
   * `ws` has taken the whole messages out of what was read. One that is not whole it keeps: if the engine would refuse it, it
   * has to be refused before it is.
   */
  private readonly onData = (chunk: Buffer): void => {
    this.unpack();
    this.rest(chunk.length);
    this.partial += chunk.length;
    const { frameLimit } = this;
    if (this.state !== 'open' || frameLimit < 0 || this.partial <= frameLimit + READ_SIZE) return;
    this.failure ??= this.problem('ProtocolViolation', `its message has more than ${frameLimit} bytes`, 'EMSGSIZE');
    this.destroy();
  };

  private refuse(code: number, what: string): void {
    this.failure ??= this.problem('ProtocolViolation', what);
    this.state = 'ending';
    this.inbox.length = 0;
    this.ws.close(code);
    this.ws.resume();
  }

  /** What `ws` does not accept: it has closed the WebSocket for that. */
  private readonly onError = (cause: Error & { readonly code?: unknown }): void => {
    const errno = cause.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'EMSGSIZE' : 'EPROTO';
    if (this.state !== 'ending') this.failure ??= this.problem('ProtocolViolation', cause.message, errno, cause);
    this.state = 'ending';
  };

  private readonly onClose = (code: number, reason: Buffer): void => {
    const lively = this.state === 'open' || this.state === 'waiting';
    if (lively && code === CloseCode.LOST) {
      this.failure ??= this.problem('ConnectionClosed', 'the connection was lost', 'ECONNRESET');
    } else if (lively && code !== CloseCode.NORMAL && code !== CloseCode.GOING_AWAY && code !== CloseCode.NONE) {
      const why = reason.length === 0 ? '' : `, ${JSON.stringify(reason.toString())}`;
      this.failure ??= this.problem('ConnectionClosed', `it closed the WebSocket with ${code}${why}`);
    }
    // Where something is to be sent nobody waits for the reader: it may never come.
    if (this.state === 'open' && this.inbox.length > 0 && !this.draining) this.leftover = true;
    else this.end();
  };

  private endSoon(): void {
    this.leftover = false;
    this.scheduler.endOfTurn(() => this.end());
  }

  private end(): void {
    this.state = 'ended';
    this.inbox.length = 0;
    this.sink?.onClosed(this.failure);
  }

  private problem(code: ZmqError['code'], what: string, errno?: string, cause?: unknown): ZmqError {
    return new ZmqError(code, `The connection of ${this.endpoint} with ${this.remoteAddress} is closed: ${what}.`, {
      endpoint: this.endpoint,
      errno,
      cause,
      fatal: code === 'ProtocolViolation',
    });
  }
}
