import { inspect } from 'node:util';
import { deadlineOf, termReport } from '../core/close-ledger.js';
import type { IAuthenticator } from '../core/contracts/authenticator.js';
import type { CapabilityReport } from '../core/contracts/capability-probe.js';
import type { CloseOptions, CloseReport, TermReport } from '../core/contracts/close-report.js';
import type { SocketInspection } from '../core/contracts/inspection.js';
import type { ILogger } from '../core/contracts/logger.js';
import type { ContextModule } from '../core/contracts/module.js';
import type { ISocket } from '../core/contracts/socket.js';
import { ZmqError } from '../core/errors.js';
import type { SocketOptionsInit } from '../core/options/inputs.js';
import { isTypedOptions } from '../core/options/typed-options.js';
import type { UringOptions } from '../core/options/uring.js';
import type { SocketTypeName } from '../core/socket-type.js';
import { type WiredContext, wireContext } from '../di/context-container.js';
import { ContextInspection } from './inspection.js';
import { Socket } from './socket.js';
import type { SocketByType } from './socket-types.js';

/** What a Context can be told. */
export interface ContextOptions {
  /** Modules that add to the Context or replace parts of it, loaded in order after our own (`rzmq/plugin`). */
  readonly modules?: readonly ContextModule[] | undefined;
  /** Options for every new socket, as far as its type has them. */
  readonly defaults?: SocketOptionsInit | undefined;
  /**
   * Where the library says what an operator should know. Silent by default. What a logger throws surfaces as an uncaught
   * exception, in a turn of its own.
   */
  readonly logger?: ILogger | undefined;
  /**
   * Who decides about the peers of all sockets: an `Authenticator`, or an object of your own. It holds
   * inproc://zeromq.zap.01. Without it a REP or ROUTER that you bind there is asked, as with libzmq.
   */
  readonly authenticator?: IAuthenticator | undefined;
  /** The commands (bind, connect, …) that may wait at one socket before more are refused. Default 65,536. */
  readonly mailboxCapacity?: number | undefined;
  /**
   * Nobody comes in unasked: a socket is not bound (InvalidState) to anything but inproc when its peers would not be
   * authenticated: a NULL socket without ZMQ_ZAP_DOMAIN, or a CURVE server while there is no ZAP handler and no
   * Authenticator. Default false: a CURVE server then lets everybody in that knows its public key, and the logger says so.
   */
  readonly requireAuthentication?: boolean | undefined;
  /**
   * How io_uring is used for the sockets that ask for it (`ioUringSessionEnabled`): the sizes of the ring and its buffers, and
   * zero-copy. False: it is not used, and not looked for. Throws InvalidArgument for what makes no sense.
   */
  readonly uring?: UringOptions | false | undefined;
}

/**
 * The root of everything: it makes sockets and ends them. Contexts share nothing, not even inproc names.
 *
 * Throws from its constructor InvalidArgument when the modules do not fit together, naming the service.
 */
export class Context implements AsyncDisposable {
  private readonly wired: WiredContext;
  /** Sockets of a factory that a module put in the place of ours: only here are they known. */
  private readonly foreign: Set<ISocket> = new Set();

  public constructor(options: ContextOptions = {}) {
    requireObject(options, 'The options of a Context', 'are');
    requireKnown(options);
    const {
      modules = [],
      defaults = {},
      logger,
      authenticator,
      mailboxCapacity,
      requireAuthentication = false,
      uring = {},
    } = options;
    if (!Array.isArray(modules)) throw new ZmqError('InvalidArgument', 'The `modules` of a Context are an array.');
    requireObject(defaults, 'The `defaults` of a Context', 'are');
    refuseLiving(defaults);
    if (logger !== undefined && !isLogger(logger)) {
      throw new ZmqError('InvalidArgument', 'A `logger` has the methods debug, info, warn and error.');
    }
    if (authenticator !== undefined && typeof (authenticator as IAuthenticator | null)?.authenticate !== 'function') {
      throw new ZmqError('InvalidArgument', 'An `authenticator` is an Authenticator, or has a method authenticate.');
    }
    if (mailboxCapacity !== undefined && !(Number.isSafeInteger(mailboxCapacity) && mailboxCapacity > 0)) {
      throw new ZmqError(
        'InvalidArgument',
        `mailboxCapacity is a whole number from 1 up, not ${String(mailboxCapacity)}.`,
      );
    }
    if (typeof requireAuthentication !== 'boolean') {
      throw new ZmqError(
        'InvalidArgument',
        `requireAuthentication is true or false, not ${typeof requireAuthentication}.`,
      );
    }
    if (uring !== false) requireObject(uring, 'The option `uring` of a Context', 'is false, or');
    this.wired = wireContext({
      modules,
      defaults,
      logger,
      authenticator,
      mailboxCapacity,
      requireAuthentication,
      uring,
      face: (core, socketOptions) => new Socket(core, socketOptions),
    });
  }

  /**
   * Makes a socket. Throws InvalidSocketType for an unknown type, InvalidOption or InvalidOptionValue for wrong options,
   * ContextTerminated after `term`. (zmq_socket)
   */
  public socket<T extends keyof SocketByType>(type: T, options?: SocketOptionsInit): SocketByType[T];
  /** A socket of a type that a module has added. */
  public socket(type: SocketTypeName, options?: SocketOptionsInit): ISocket;
  public socket(type: SocketTypeName, options: SocketOptionsInit = {}): ISocket {
    this.wired.core.assertRunning();
    requireObject(options, 'The options of a socket', 'are');
    refuseLiving(options);
    const socket = this.wired.sockets.create(type, options);
    if (!(socket instanceof Socket)) {
      for (const other of this.foreign) if (other.closed) this.foreign.delete(other);
      this.foreign.add(socket);
    }
    return socket;
  }

  /** True after `term` or `shutdown`. */
  public get terminated(): boolean {
    return this.wired.core.terminated;
  }

  /**
   * What there is at the moment: every socket that has not ended, with the options that differ from the defaults, its
   * endpoints and its pipes. Data for JSON; `String()` of it, and `console.log`, make text. It holds no secrets.
   */
  public inspect(): ContextInspection {
    const { core } = this.wired;
    const state = core.hasEnded ? 'terminated' : core.terminated ? 'terminating' : 'open';
    const own = core.sockets.map((socket) => socket.inspect());
    return new ContextInspection(state, [...own, ...[...this.foreign].filter(({ closed }) => !closed).map(outline)]);
  }

  /** What the platform offers, and why or why not. */
  public get capabilities(): CapabilityReport {
    return this.wired.probe.probe();
  }

  /**
   * Begins to close every socket and returns: waiting operations reject with ContextTerminated (ETERM), what is queued
   * may linger. (zmq_ctx_shutdown)
   */
  public shutdown(): void {
    // What fails here fails again, and visibly, in `term`.
    this.term().catch(() => undefined);
  }

  /**
   * Closes every socket, and resolves when nothing of them is left: no connection, no timer, no listener. What is queued
   * is sent within each socket's ZMQ_LINGER, which is for ever by default, and within the deadline if there is one; the
   * report says what was sent and what was not. Twice is once. (zmq_ctx_term)
   */
  public async term(options?: CloseOptions): Promise<TermReport> {
    const limit = deadlineOf(options);
    const foreign = [...this.foreign];
    this.foreign.clear();
    const [report, ...others] = await Promise.all([
      this.wired.core.terminate(limit),
      ...foreign.map((socket) => socket.close(options)),
    ]);
    // Somebody's own socket may have nothing to say.
    const known = others.filter((other) => (other as CloseReport | undefined) !== undefined);
    return known.length === 0 ? report : termReport([...report.sockets, ...known]);
  }

  /** `unref` for every socket, also for those that are made later: the process may end although they are there. */
  public unref(): void {
    this.wired.core.hold(false);
    for (const socket of this.foreign) socket.unref();
  }

  /** `ref` for every socket, also for those that are made later. */
  public ref(): void {
    this.wired.core.hold(true);
    for (const socket of this.foreign) socket.ref();
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.term();
  }
}

// What `util.inspect` and `console.log` show. `Context.inspect` tells more.
Object.defineProperty(Context.prototype, inspect.custom, {
  value: function show(this: Context): string {
    const { state, sockets } = this.inspect();
    return `Context(${state}, ${sockets.length} socket${sockets.length === 1 ? '' : 's'})`;
  },
});

// The same line in JSON: a Context that is part of what somebody logs must not bring all of its parts, which are circular.
Object.defineProperty(Context.prototype, 'toJSON', {
  value: function toJSON(this: Context): string {
    return inspect(this);
  },
});

/** As much as is known of a socket that is none of ours. */
function outline(socket: ISocket): SocketInspection {
  const { pipes, ...stats } = socket.stats();
  return {
    type: socket.type,
    state: socket.closed ? 'closing' : 'open',
    options: {},
    endpoints: [],
    ...stats,
    pipes: pipes.map(({ peer, ...pipe }) => ({ ...pipe, ...(peer === undefined ? {} : { peer: peer.toJSON() }) })),
    sending: 0,
    receiving: 0,
  };
}

/** A new Context; `new Context(options)` for those who prefer a function. */
export function context(options?: ContextOptions): Context {
  return new Context(options);
}

function requireObject(value: unknown, what: string, verb: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  throw new ZmqError('InvalidArgument', `${what} ${verb} an object, not ${kind}.`);
}

/** `other.options` has accessors and no properties: nothing of it would be taken over. */
function refuseLiving(options: object): void {
  if (!isTypedOptions(options)) return;
  const advice = 'name those that you want, such as { linger: other.options.linger }';
  throw new ZmqError('InvalidArgument', `The options of another socket cannot be taken as a whole: ${advice}.`);
}

const KNOWN: Readonly<Record<keyof ContextOptions, true>> = {
  modules: true,
  defaults: true,
  logger: true,
  authenticator: true,
  mailboxCapacity: true,
  requireAuthentication: true,
  uring: true,
};

/** A misspelt option would otherwise be none, and an option of sockets would have no effect. */
function requireKnown(options: object): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(KNOWN, name)) continue;
    const advice = `a Context has ${Object.keys(KNOWN).join(', ')}; options of its sockets go into \`defaults\``;
    throw new ZmqError('InvalidArgument', `A Context has no option "${name}": ${advice}.`);
  }
}

function isLogger(value: unknown): value is ILogger {
  const logger = value as Partial<Record<keyof ILogger, unknown>> | null;
  return (['debug', 'info', 'warn', 'error'] as const).every((method) => typeof logger?.[method] === 'function');
}
