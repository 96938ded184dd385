import type { ZmqError } from '../core/errors.js';
import type { InMessage, OutMessage } from '../core/msg.js';
import type { SocketCore } from '../core/socket-core.js';
import type { ProxyStatistics, ProxyTraffic } from './proxy-types.js';

/** What can be steered. */
export interface ISteered {
  readonly state: 'running' | 'paused' | 'ended';
  pause(): void;
  resume(): void;
  terminate(): Promise<unknown>;
  statistics(): ProxyStatistics;
  /** The control itself may have been closed. */
  look(): void;
}

/** Is it the low byte that comes first on this machine? */
const LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The socket that steers a proxy from somewhere else: takes its commands, and answers where an answer is expected. */
export class ProxyControl {
  /** An answer waits for room. The next command waits for it, so that nobody can pile answers up. */
  private answering = false;

  public constructor(
    private readonly socket: SocketCore,
    private readonly target: ISteered,
  ) {}

  /** Begins to take commands; ends with the function that it answers. */
  public start(): () => void {
    const look = (): void => {
      // It may have been closed, which ends the proxy.
      if (this.socket.closed) this.target.look();
      else this.takeAll();
    };
    const stop = this.socket.watchers.add(look);
    // What came before there was a proxy; not from within its constructor.
    queueMicrotask(look);
    return stop;
  }

  private takeAll(): void {
    const { socket, target } = this;
    while (!this.answering && target.state !== 'ended' && !socket.closed && socket.readable) {
      const message = socket.receives.tryReceive();
      if (message === undefined) return;
      this.take(message);
    }
  }

  private take(message: InMessage): void {
    const { target } = this;
    const command = message.length === 1 ? String(message[0]) : '';
    if (command === 'STATISTICS') {
      this.answer(encoded(target.statistics()));
      return;
    }
    // Like libzmq, a REP answers everything, because the REQ at the other end waits.
    if (this.socket.socketType === 'REP') this.answer('');
    if (command === 'PAUSE') target.pause();
    else if (command === 'RESUME') target.resume();
    else if (command === 'TERMINATE') void target.terminate();
  }

  private answer(message: OutMessage): void {
    this.answering = true;
    const done = (): void => {
      this.answering = false;
      this.takeAll();
    };
    this.socket.sends.send(message).then(done, (error: unknown) => {
      // A SUB or PULL cannot answer, and a peer that does not take its answer in time does without.
      const { code } = error as ZmqError;
      if (code !== 'SocketClosed' && code !== 'ContextTerminated') done();
    });
  }
}

function encoded({ frontend, backend }: ProxyStatistics): Buffer[] {
  return [...numbers(frontend), ...numbers(backend)].map((number) => {
    const frame = Buffer.alloc(8);
    if (LITTLE_ENDIAN) frame.writeBigUInt64LE(BigInt(number));
    else frame.writeBigUInt64BE(BigInt(number));
    return frame;
  });
}

function numbers(traffic: ProxyTraffic): number[] {
  return [traffic.messagesReceived, traffic.bytesReceived, traffic.messagesSent, traffic.bytesSent];
}
