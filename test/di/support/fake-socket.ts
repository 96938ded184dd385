import { EventEmitter } from 'node:events';
import {
  type CloseReport,
  type ConnectOptions,
  Msg,
  type OutMessage,
  type SocketEventIterator,
  type SocketEvents,
  type TypedSocketOptions,
} from 'rzmq';
import { type InMessage, type ISocket, type SocketOptionsInit, ZmqError } from 'rzmq/plugin';

/** It had nothing when it was closed. */
export const NOTHING: CloseReport = { type: 'FAKE', sent: 0, dropped: {}, endpoints: [] };

/** A socket without anything behind it: what is sent to it is received from it. */
export class FakeSocket implements ISocket {
  public closed = false;
  public closes = 0;
  public lastEndpoint = '';
  public readonly calls: string[] = [];
  public readonly events: SocketEvents = new EventEmitter();
  public readonly options: TypedSocketOptions;
  private readonly messages: InMessage[] = [];

  public constructor(
    public readonly type: string,
    init: SocketOptionsInit,
  ) {
    this.options = { ...init } as unknown as TypedSocketOptions;
  }

  public get readable(): boolean {
    return this.messages.length > 0;
  }

  public get writable(): boolean {
    return !this.closed;
  }

  public async bind(endpoint: string): Promise<string> {
    this.calls.push(`bind ${endpoint}`);
    this.lastEndpoint = endpoint;
    return endpoint;
  }

  public async unbind(endpoint: string): Promise<void> {
    this.calls.push(`unbind ${endpoint}`);
  }

  public async connect(endpoint: string, _options?: ConnectOptions): Promise<void> {
    this.calls.push(`connect ${endpoint}`);
    this.lastEndpoint = endpoint;
  }

  public connectPeer(): Promise<number> {
    return Promise.reject(new ZmqError('InvalidSocketType', 'a fake has no peers'));
  }

  public disconnectPeer(): void {
    throw new ZmqError('InvalidSocketType', 'a fake has no peers');
  }

  public join(...groups: (string | Uint8Array)[]): void {
    this.calls.push(`join ${groups.join()}`);
  }

  public leave(...groups: (string | Uint8Array)[]): void {
    this.calls.push(`leave ${groups.join()}`);
  }

  public async disconnect(endpoint: string): Promise<void> {
    this.calls.push(`disconnect ${endpoint}`);
  }

  public async ready(): Promise<void> {
    // Nobody has to come.
  }

  public async waitForPeers(): Promise<void> {
    // As above.
  }

  public async waitForSubscriber(): Promise<void> {
    // As above.
  }

  public async send(message: OutMessage): Promise<void> {
    this.trySend(message);
  }

  public async sendMultipart(frames: readonly (Msg | string | Uint8Array)[]): Promise<void> {
    this.trySend(frames);
  }

  public trySend(message: OutMessage): boolean {
    const frames = Array.isArray(message) ? (message as readonly (Msg | string | Uint8Array)[]) : [message];
    this.messages.push(frames.map((frame) => (frame instanceof Msg ? frame : new Msg(frame as string))) as InMessage);
    return true;
  }

  public async recv(): Promise<Msg> {
    return (await this.recvMultipart())[0];
  }

  public async recvMultipart(): Promise<InMessage> {
    const message = this.messages.shift();
    if (message === undefined) throw new ZmqError('ResourceLimitReached', 'A fake does not wait.');
    return message;
  }

  public async recvMany(max: number): Promise<InMessage[]> {
    return this.messages.splice(0, max);
  }

  public tryRecv(): InMessage | undefined {
    return this.messages.shift();
  }

  public subscribe(...topics: (string | Uint8Array)[]): void {
    this.calls.push(`subscribe ${topics.join()}`);
  }

  public unsubscribe(...topics: (string | Uint8Array)[]): void {
    this.calls.push(`unsubscribe ${topics.join()}`);
  }

  public async setOption(option: number): Promise<void> {
    this.calls.push(`setOption ${option}`);
  }

  public async getOption(): Promise<null> {
    return null;
  }

  public monitor(): SocketEventIterator {
    const iterator: SocketEventIterator = {
      missed: 0,
      next: () => Promise.resolve({ done: true, value: undefined }),
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  public stats(): ReturnType<ISocket['stats']> {
    const nothing = {
      messagesIn: 0,
      messagesOut: 0,
      bytesIn: 0,
      bytesOut: 0,
      queuedIn: 0,
      queuedOut: 0,
      queuedBytesIn: 0,
      queuedBytesOut: 0,
    };
    return { ...nothing, dropped: {}, peers: 0, pipes: [] };
  }

  public publishPipeStats(): void {
    this.calls.push('publishPipeStats');
  }

  public unref(): void {
    this.calls.push('unref');
  }

  public ref(): void {
    this.calls.push('ref');
  }

  public async close(): Promise<CloseReport> {
    this.closed = true;
    this.closes++;
    return NOTHING;
  }

  public async *[Symbol.asyncIterator](): AsyncIterator<InMessage, undefined> {
    while (this.messages.length > 0) yield this.messages.shift()!;
    return undefined;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
