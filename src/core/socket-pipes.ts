import { ZmqError } from './errors.js';
import type { SocketOptionValues } from './options/values.js';
import type { Pipe, PipeLimits } from './pipe.js';
import { conflates, type SocketTypeName } from './socket-type.js';

/** The options that running pipes follow. */
const LIMITS: readonly (keyof PipeLimits & keyof SocketOptionValues)[] = [
  'sendHighWaterMark',
  'receiveHighWaterMark',
  'sendHighWaterMarkBytes',
  'receiveHighWaterMarkBytes',
];

/** Whether running pipes follow that option at once. */
export function isPipeLimit(property: keyof SocketOptionValues): boolean {
  return (LIMITS as readonly string[]).includes(property);
}

/** The limits of a new pipe of a socket with these options. */
export function limitsOf(options: Readonly<SocketOptionValues>, socketType: SocketTypeName): PipeLimits {
  const { sendHighWaterMark, receiveHighWaterMark, sendHighWaterMarkBytes, receiveHighWaterMarkBytes } = options;
  return {
    sendHighWaterMark,
    receiveHighWaterMark,
    sendHighWaterMarkBytes,
    receiveHighWaterMarkBytes,
    conflate: options.conflate && conflates(socketType),
  };
}

/** The pipes of a socket: those that its pattern works with, and those of lost peers that it still reads. */
export class SocketPipes {
  private readonly live: Set<Pipe> = new Set();
  /** They held something when they ended. */
  private readonly unread: Set<Pipe> = new Set();

  public add(pipe: Pipe): void {
    this.live.add(pipe);
  }

  public has(pipe: Pipe): boolean {
    return this.live.has(pipe);
  }

  /** The pattern works with it no more. False: it did not. */
  public leave(pipe: Pipe): boolean {
    if (!this.live.delete(pipe)) return false;
    for (const lost of this.unread) if (lost.readable === 0) this.unread.delete(lost);
    if (pipe.readable > 0) this.unread.add(pipe);
    return true;
  }

  /** How many peers are connected, their handshake complete. */
  public get connected(): number {
    let connected = 0;
    for (const pipe of this.live) if (pipe.connected) connected++;
    return connected;
  }

  /** How many received messages wait to be read. */
  public get readable(): number {
    let readable = 0;
    for (const pipe of this.live) readable += pipe.readable;
    for (const pipe of this.unread) readable += pipe.readable;
    return readable;
  }

  public setLimits(limits: Omit<PipeLimits, 'conflate'>): void {
    for (const pipe of this.live) pipe.setLimits(limits);
  }

  /** Nobody will read what still comes. */
  public retire(): void {
    for (const pipe of this.live) pipe.retire();
  }

  public [Symbol.iterator](): Iterator<Pipe> {
    return this.live[Symbol.iterator]();
  }
}

/** The error that a peer's connection ends with when the pattern refuses it. */
export function notTaken(socketType: string, endpoint: string): ZmqError {
  return new ZmqError(
    'ResourceLimitReached',
    `The ${socketType} does not take the peer at ${endpoint}: it has its one peer, or another one of that name.`,
    { endpoint, fatal: true },
  );
}
