import { listenToAbort } from '../core/abort.js';
import { ZmqError } from '../core/errors.js';
import { Relay } from '../core/relay.js';
import type { SocketCore } from '../core/socket-core.js';
import { type ISteered, ProxyControl } from './proxy-control.js';
import type { ProxyEnd, ProxyOptions, ProxySocket, ProxyStatistics, ProxyTraffic } from './proxy-types.js';
import { Socket } from './socket.js';

/** How many messages go one way before the other way has its turn. As in libzmq. */
const BURST = 1000;

/** They have nothing to receive. */
const SENDS_ONLY: readonly string[] = ['PUSH', 'PUB', 'RADIO', 'SCATTER'];
/** They cannot send. */
const RECEIVES_ONLY: readonly string[] = ['PULL', 'SUB', 'DISH', 'GATHER'];
/** They receive, but not bare commands that they could answer: an address stands before each, or it is not their turn. */
const NO_CONTROL: readonly string[] = ['ROUTER', 'STREAM', 'SERVER', 'PEER', 'REQ', 'XPUB'];

/**
 * A running proxy, made by {@link proxy}. It leaves its sockets open when it ends, and does not keep the process alive by
 * itself.
 */
export class SteerableProxy implements ISteered, AsyncDisposable {
  /** Resolves when the proxy has ended, for whichever reason. Rejects only with a fault of this package or a module. */
  public readonly ended: Promise<ProxyEnd>;
  private readonly there: Relay;
  private readonly back: Relay;
  private readonly relays: Relay[] = [];
  private readonly cores: readonly SocketCore[];
  private readonly unwatch: (() => void)[] = [];
  private current: 'running' | 'paused' | 'ended' = 'running';
  private renewalAsked = false;
  private readonly pump: () => void;
  private settle: { resolve: (end: ProxyEnd) => void; reject: (error: unknown) => void } | null = null;

  /** @internal */
  public constructor(frontend: ProxySocket, backend: ProxySocket, options: ProxyOptions) {
    const { capture, control, signal } = options;
    const front = coreOf(frontend, 'frontend');
    const behind = coreOf(backend, 'backend');
    const copies = capture === undefined ? undefined : coreOf(capture, 'capture');
    const steering = control === undefined ? undefined : coreOf(control, 'control');
    checkSignal(signal);
    this.there = new Relay(front, behind, copies);
    this.back = new Relay(behind, front, copies);
    if (leads(front, behind)) this.relays.push(this.there);
    if (front !== behind && leads(behind, front)) this.relays.push(this.back);
    this.cores = [...new Set([front, behind, copies, steering].filter((core) => core !== undefined))];
    checkRoles(this.relays.length, front, behind, copies, steering);
    this.ended = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    this.pump = () => this.pumpOrFail();
    for (const core of this.cores) if (core !== steering) this.unwatch.push(core.watchers.add(this.pump));
    if (steering !== undefined) this.unwatch.push(new ProxyControl(steering, this).start());
    if (signal !== undefined) this.listen(signal);
    this.pump();
  }

  /** `paused` after `pause`, until `resume`. */
  public get state(): 'running' | 'paused' | 'ended' {
    return this.current;
  }

  /** Passes nothing on until `resume`. What comes in waits in the sockets, and holds its senders back. */
  public pause(): void {
    if (this.current === 'running') this.current = 'paused';
  }

  public resume(): void {
    if (this.current !== 'paused') return;
    this.current = 'running';
    this.pump();
  }

  /** Ends the proxy. The sockets stay open, and keep what it has not taken. Twice is once. */
  public terminate(): Promise<ProxyEnd> {
    this.end('terminated');
    return this.ended;
  }

  /** What has passed so far. */
  public statistics(): ProxyStatistics {
    const { there, back } = this;
    return {
      frontend: traffic(there, back),
      backend: traffic(back, there),
      unroutable: there.unroutable + back.unroutable,
    };
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }

  /** @internal One of the sockets may have been closed: by the control, which has its own eyes. */
  public look(): void {
    this.pump();
  }

  private pumpOrFail(): void {
    if (this.current === 'ended') return;
    if (this.cores.some((core) => core.closed)) {
      this.end('closed');
      return;
    }
    try {
      if (this.current === 'running') this.move();
    } catch (error) {
      this.release();
      this.settle?.reject(error);
    }
  }

  /** In turn, until nothing moves: with REQ and REP, one way opens the other. */
  private move(): void {
    for (let moved = 1; moved > 0; ) {
      moved = 0;
      for (const relay of this.relays) moved += relay.move(BURST);
    }
    for (const relay of this.relays) if (relay.exhausted) this.askForRenewal();
  }

  private askForRenewal(): void {
    if (this.renewalAsked) return;
    this.renewalAsked = true;
    const again = (): void => {
      this.renewalAsked = false;
      this.pump();
    };
    (this.cores.find((core) => core.exhausted) as SocketCore).renewed(again);
  }

  private listen(signal: AbortSignal): void {
    const onAbort = (): void => this.end('aborted');
    listenToAbort(signal, onAbort);
    this.unwatch.push(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) this.end('aborted');
  }

  private end(reason: ProxyEnd['reason']): void {
    if (this.current === 'ended') return;
    this.release();
    const undelivered = [this.there.takeHeld(), this.back.takeHeld()].filter((held) => held !== undefined);
    this.settle?.resolve({ reason, statistics: this.statistics(), undelivered });
  }

  private release(): void {
    this.current = 'ended';
    for (const stop of this.unwatch.splice(0)) stop();
  }
}

/**
 * Passes messages between two sockets, both ways, until it is told to stop: the middle of a broker. (zmq_proxy_steerable)
 *
 * For ROUTER and DEALER (requests and replies), XSUB and XPUB (publishers and subscribers), PULL and PUSH (a stream); a
 * pair that can only go one way goes that way, and the same socket as both sends back what it receives. Nothing is taken
 * from a socket while the other has no room. Leave the sockets to it while it runs: do not send or receive there.
 *
 * Ends with `terminate`, with its signal, and when one of its sockets is closed; `ended` says how. Throws InvalidArgument
 * for sockets that no message can pass between, or that `Context.socket` did not make.
 */
export function proxy(frontend: ProxySocket, backend: ProxySocket, options: ProxyOptions = {}): SteerableProxy {
  if (typeof options !== 'object' || options === null) throw wrong('The options of a proxy are an object.');
  return new SteerableProxy(frontend, backend, options);
}

function leads(from: SocketCore, to: SocketCore): boolean {
  return !SENDS_ONLY.includes(from.socketType) && !RECEIVES_ONLY.includes(to.socketType);
}

function traffic(own: Relay, other: Relay): ProxyTraffic {
  const { messagesReceived, bytesReceived } = own;
  return { messagesReceived, bytesReceived, messagesSent: other.messagesSent, bytesSent: other.bytesSent };
}

function coreOf(socket: unknown, role: string): SocketCore {
  if (socket instanceof Socket) return socket.core;
  throw wrong(`The ${role} of a proxy is a socket that Context.socket() of this package has made.`);
}

function checkSignal(signal: AbortSignal | undefined): void {
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.addEventListener !== 'function') {
    throw wrong('The option `signal` has to be an AbortSignal.');
  }
}

function checkRoles(
  ways: number,
  front: SocketCore,
  behind: SocketCore,
  capture: SocketCore | undefined,
  control: SocketCore | undefined,
): void {
  if (ways === 0) {
    throw wrong(`No message can pass between a ${front.socketType} and a ${behind.socketType}.`);
  }
  for (const [core, role] of [
    [capture, 'capture'],
    [control, 'control'],
  ] as const) {
    if (core === front || core === behind) throw wrong(`The ${role} of a proxy is a socket of its own.`);
  }
  if (capture !== undefined && (capture === control || RECEIVES_ONLY.includes(capture.socketType))) {
    throw wrong(`The capture of a proxy is a socket of its own that sends, not a ${capture.socketType}.`);
  }
  if (control !== undefined && (SENDS_ONLY.includes(control.socketType) || NO_CONTROL.includes(control.socketType))) {
    throw wrong(`The control of a proxy is a PAIR, REP, SUB or DEALER, not a ${control.socketType}.`);
  }
}

function wrong(message: string): ZmqError {
  return new ZmqError('InvalidArgument', message);
}
