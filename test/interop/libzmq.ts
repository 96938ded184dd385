import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FrameSpec } from './content.mjs';
import {
  type Address,
  type Addressed,
  EventLog,
  type Options,
  type PeerSocket,
  type Side,
  type SocketEvent,
} from './peer.js';
import { admitted } from './security.js';

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly code?: string; readonly message: string };
  readonly socket?: number;
  readonly event?: SocketEvent;
}

interface Call {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const child = fileURLToPath(new URL('libzmq-peer.mjs', import.meta.url));

/** Real libzmq in a process of its own: see libzmq-peer.mjs. */
export class LibzmqProcess implements Side {
  private readonly calls = new Map<number, Call>();
  private readonly sockets = new Map<number, LibzmqSocket>();
  private lastId = 0;
  private readonly gone: Promise<unknown>;

  private constructor(private readonly process: ChildProcess) {
    this.gone = once(process, 'exit').then(() => this.failAll());
    process.on('message', (answer: Answer) => this.onAnswer(answer));
  }

  /** @param handler whether it has a ZAP handler, which lets in whom security.ts says, and nobody else. */
  static async start({ handler = true }: { readonly handler?: boolean } = {}): Promise<LibzmqProcess> {
    // Not our own flags: this may be Jest or ts-node, and the child is plain JavaScript.
    const process = fork(child, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const started = await Promise.race([
      once(process, 'message').then(() => true),
      once(process, 'exit').then(() => false),
    ]);
    if (!started) throw new Error('The libzmq process did not start: see its output above.');
    const side = new LibzmqProcess(process);
    if (handler) await side.call('authenticate', { admitted });
    return side;
  }

  /** Ends the process at once, as a crash would: nothing is closed, nothing is flushed. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.gone;
  }

  async socket(type: string, options: Options = {}): Promise<LibzmqSocket> {
    return await this.create(type, options, false);
  }

  /**
   * A socket whose events are recorded. Do not close it, but kill the process: if something happens to a watched
   * socket just as it closes, libzmq's I/O thread waits for ever to tell somebody who is gone, and every other socket
   * of the process with it.
   */
  async watchedSocket(type: string, options: Options = {}): Promise<LibzmqSocket> {
    return await this.create(type, options, true);
  }

  call(op: string, request: Readonly<Record<string, unknown>>): Promise<unknown> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.calls.set(id, { resolve, reject });
      this.process.send({ id, op, ...request }, (error) => {
        if (error !== null) this.settle(id, (call) => call.reject(error));
      });
    });
  }

  private async create(type: string, options: Options, watched: boolean): Promise<LibzmqSocket> {
    const id = ++this.lastId;
    const socket = new LibzmqSocket(this, id, type);
    this.sockets.set(id, socket);
    await this.call('create', { socket: id, type, options, watched });
    return socket;
  }

  private onAnswer(answer: Answer): void {
    if (answer.event !== undefined) this.sockets.get(answer.socket!)?.events.add(answer.event);
    if (answer.id === undefined) return;
    this.settle(answer.id, (call) => {
      if (answer.error === undefined) call.resolve(answer.result);
      else call.reject(Object.assign(new Error(`libzmq: ${answer.error.message}`), { code: answer.error.code }));
    });
  }

  private settle(id: number, how: (call: Call) => void): void {
    const call = this.calls.get(id);
    this.calls.delete(id);
    if (call !== undefined) how(call);
  }

  private failAll(): void {
    for (const id of this.calls.keys())
      this.settle(id, (call) => call.reject(new Error('The libzmq process has ended.')));
  }
}

export class LibzmqSocket implements PeerSocket {
  /** Stays empty unless the socket is watched. */
  readonly events = new EventLog();

  constructor(
    private readonly process: LibzmqProcess,
    private readonly id: number,
    readonly type: string,
  ) {}

  async bind(endpoint: string): Promise<string> {
    return (await this.call('bind', { endpoint })) as string;
  }

  async unbind(endpoint: string): Promise<void> {
    await this.call('unbind', { endpoint });
  }

  async connect(endpoint: string): Promise<void> {
    await this.call('connect', { endpoint });
  }

  async disconnect(endpoint: string): Promise<void> {
    await this.call('disconnect', { endpoint });
  }

  async set(option: number, value: number | string): Promise<void> {
    await this.call('set', { option, value });
  }

  async read(option: number): Promise<number> {
    return (await this.call('read', { option })) as number;
  }

  async send(frames: readonly FrameSpec[]): Promise<void> {
    await this.call('send', { frames });
  }

  async recv(): Promise<string[]> {
    return (await this.call('recv', {})) as string[];
  }

  async recvNow(): Promise<string[] | undefined> {
    return ((await this.call('recvNow', {})) as string[] | null | undefined) ?? undefined;
  }

  async sendTo(frames: readonly FrameSpec[], address: Address): Promise<void> {
    await this.call('sendTo', { frames, address });
  }

  async recvFrom(): Promise<Addressed> {
    return (await this.call('recvFrom', {})) as Addressed;
  }

  async join(group: string): Promise<void> {
    await this.call('join', { group });
  }

  async leave(group: string): Promise<void> {
    await this.call('leave', { group });
  }

  async flood(frames: readonly FrameSpec[], max: number): Promise<number> {
    return (await this.call('flood', { frames, max })) as number;
  }

  async subscribe(topic: FrameSpec): Promise<void> {
    await this.call('subscribe', { topic });
  }

  async unsubscribe(topic: FrameSpec): Promise<void> {
    await this.call('unsubscribe', { topic });
  }

  /** Twice is harmless. */
  async close(): Promise<void> {
    await this.call('close', {});
  }

  private call(op: string, request: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.process.call(op, { socket: this.id, ...request });
  }
}
