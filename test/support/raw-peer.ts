import type { IConnection, IConnectionSink } from '../../src/core/contracts/transport.js';
import type { ZmqError } from '../../src/core/errors.js';
import { greeting, parseFrames, ready, type WireFrame } from './naive-zmtp.js';

/** A peer that says on a connection what a test wants, and keeps what it hears. */
export class RawPeer implements IConnectionSink {
  public readonly closed: (ZmqError | undefined)[] = [];
  private readonly pieces: Buffer[] = [];
  private room: Buffer = Buffer.alloc(0);

  public constructor(private readonly connection: IConnection) {
    connection.start(this);
  }

  public say(...bytes: Uint8Array[]): void {
    this.connection.write(bytes);
  }

  /** Everything of the handshake that this side has to say. */
  public shakeHands(socketType: string, identity?: string): void {
    this.say(greeting(), ready(socketType, identity));
  }

  public get heard(): Buffer {
    return Buffer.concat(this.pieces);
  }

  /** The frames behind greeting and READY. */
  public get traffic(): WireFrame[] {
    return parseFrames(this.heard.subarray(64)).slice(1);
  }

  public readBuffer(): Buffer {
    this.room = Buffer.alloc(65_536);
    return this.room;
  }

  public onRead(size: number): boolean {
    this.pieces.push(this.room.subarray(0, size));
    return true;
  }

  public onChunk(bytes: Uint8Array): boolean {
    this.pieces.push(Buffer.from(bytes));
    return true;
  }

  public onDrained(): void {}

  public onClosed(error: ZmqError | undefined): void {
    this.closed.push(error);
  }
}
