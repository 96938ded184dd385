import { Container, ContainerModule } from 'inversify';
import { ContextCore } from '../core/context-core.js';
import { IAuthenticationClient } from '../core/contracts/authentication.js';
import { IAuthenticator } from '../core/contracts/authenticator.js';
import { ICapabilityProbe } from '../core/contracts/capability-probe.js';
import { ICipher } from '../core/contracts/cipher.js';
import { IClock, IScheduler } from '../core/contracts/clock.js';
import { IEngineFactory, IRouter } from '../core/contracts/engine.js';
import { IKeyAgreement } from '../core/contracts/key-agreement.js';
import { ILogger } from '../core/contracts/logger.js';
import { IMechanismFactory } from '../core/contracts/mechanism.js';
import type { ContextModule } from '../core/contracts/module.js';
import { IPatternFactory } from '../core/contracts/pattern.js';
import { IRandom } from '../core/contracts/random.js';
import { type ISocket, ISocketFactory } from '../core/contracts/socket.js';
import type { Token } from '../core/contracts/token.js';
import { ITransport } from '../core/contracts/transport.js';
import { ZmqError } from '../core/errors.js';
import { GuardedLogger } from '../core/guarded-logger.js';
import type { SocketOptionsInit } from '../core/options/inputs.js';
import { checkSocketOptions, SocketOptions } from '../core/options/socket-options.js';
import { URING_DEFAULTS, type UringOptions, uringConfig } from '../core/options/uring.js';
import { SocketCore } from '../core/socket-core.js';
import { actorsModule } from './actors-module.js';
import { coreModule } from './core-module.js';
import { enginesModule } from './engines-module.js';
import { patternsModule } from './patterns-module.js';
import { securityModule } from './security-module.js';
import {
  ActorServicesToken,
  InprocTransportToken,
  IpcTransportToken,
  MechanismRegistryToken,
  PatternRegistryToken,
  PeerFactoriesToken,
  TcpTransportToken,
  TransportRegistryToken,
  TurnBudgetToken,
  ZapHandlerToken,
} from './tokens.js';
import { transportsModule } from './transports-module.js';
import { uringModule } from './uring-module.js';

/** What a Context is made from. */
export interface ContextWiring {
  /** The user's modules, loaded after our own. */
  readonly modules: readonly ContextModule[];
  /** Options for every new socket, as far as its type has them. */
  readonly defaults: SocketOptionsInit;
  readonly logger: ILogger | undefined;
  /** Who decides about peers, in the place of one that a module has bound. */
  readonly authenticator: IAuthenticator | undefined;
  /** The commands that the mailbox of a socket holds. */
  readonly mailboxCapacity: number | undefined;
  /** Nobody comes in unasked. */
  readonly requireAuthentication: boolean;
  /** How io_uring is used; false: not at all. */
  readonly uring: UringOptions | false;
  /** Puts the public face on a socket. */
  readonly face: (core: SocketCore, options: SocketOptions) => ISocket;
}

/** What a Context needs of its container, resolved. */
export interface WiredContext {
  readonly core: ContextCore;
  readonly sockets: ISocketFactory;
  readonly probe: ICapabilityProbe;
}

/**
 * Builds the container of one Context: our modules in the order of the layers, then the user's. Everything is resolved
 * here and once, so that what is missing or doubled fails here, with the name of its token, and not at the first
 * connection.
 */
export function wireContext(wiring: ContextWiring): WiredContext {
  const uring = wiring.uring === false ? URING_DEFAULTS : uringConfig(wiring.uring);
  const defaults = { ioUringSendZeroCopy: uring.zeroCopy, ...wiring.defaults };
  checkSocketOptions(defaults);
  const container = new Container({ defaultScope: 'Singleton' });
  const own = [
    coreModule(wiring.uring),
    securityModule(wiring.requireAuthentication),
    transportsModule(),
    enginesModule(wiring.requireAuthentication),
    uringModule(uring),
    patternsModule(),
    actorsModule(),
  ];
  for (const module of own) container.loadSync(checkModule(module));
  bindSockets(container, { ...wiring, defaults });
  for (const [index, module] of wiring.modules.entries()) load(container, module, index);
  if (wiring.logger !== undefined) container.rebindSync(ILogger).toConstantValue(wiring.logger);
  // After the last rebind, which takes activations away.
  container.onActivation(ILogger, (context, logger) => new GuardedLogger(logger, context.get(IScheduler)));
  const { authenticator } = wiring;
  if (authenticator !== undefined) {
    if (container.isBound(IAuthenticator)) container.rebindSync(IAuthenticator).toConstantValue(authenticator);
    else container.bind(IAuthenticator).toConstantValue(authenticator);
  }
  // The parts before what is made of them, so that an error names the one that is at fault.
  for (const token of SINGLE) if (container.isBound(token)) resolve(container, token);
  for (const token of SEVERAL) resolve(container, token, true);
  resolve(container, TransportRegistryToken);
  resolve(container, MechanismRegistryToken);
  resolve(container, PatternRegistryToken);
  if (container.isBound(IAuthenticator)) {
    resolve(container, IAuthenticator);
    resolve(container, ZapHandlerToken).start();
  }
  return {
    core: resolve(container, CONTEXT_CORE),
    sockets: resolve(container, ISocketFactory),
    probe: resolve(container, ICapabilityProbe),
  };
}

const CONTEXT_CORE: Token<ContextCore> = Symbol.for('rzmq.ContextCore') as Token<ContextCore>;

function bindSockets(container: Container, { face, defaults, mailboxCapacity }: ContextWiring): void {
  container
    .bind(CONTEXT_CORE)
    .toResolvedValue((services) => new ContextCore(services), [ActorServicesToken])
    .inSingletonScope();
  container
    .bind(ISocketFactory)
    .toResolvedValue(
      (context, patterns, router, factories, services, budget): ISocketFactory => ({
        create: (type, init) => {
          const pattern = patterns.get(type);
          const options = new SocketOptions(type, defaults, init);
          const core = context.add(
            () => new SocketCore(context, pattern, options, router, factories, services, budget, mailboxCapacity),
          );
          return face(core, options);
        },
      }),
      [CONTEXT_CORE, PatternRegistryToken, IRouter, PeerFactoriesToken, ActorServicesToken, TurnBudgetToken],
    )
    .inSingletonScope();
}

/** Loads a module of the user's. */
function load(container: Container, module: ContextModule, index: number): void {
  const checked = checkModule(module);
  try {
    container.loadSync(checked);
  } catch (cause) {
    if (cause instanceof ZmqError) throw cause;
    const what = `Module number ${index + 1} of the Context could not be loaded: ${String(cause)}`;
    throw new ZmqError('InvalidArgument', what, { cause });
  }
}

function checkModule(module: ContextModule): ContainerModule {
  if (module instanceof ContainerModule) return module;
  throw new ZmqError(
    'InvalidArgument',
    'Something in `modules` is no module: make it with contextModule() of rzmq/plugin.',
  );
}

/** What a module may rebind, and what it may add to. */
const SINGLE: readonly Token<unknown>[] = [
  IClock,
  IScheduler,
  IRandom,
  ILogger,
  ICapabilityProbe,
  TcpTransportToken,
  IpcTransportToken,
  InprocTransportToken,
  IAuthenticationClient,
  ICipher,
  IKeyAgreement,
];
const SEVERAL: readonly Token<unknown>[] = [ITransport, IMechanismFactory, IEngineFactory, IPatternFactory];

function resolve<T>(container: Container, token: Token<T>, several = false): T {
  try {
    return several ? (container.getAll(token) as T) : container.get(token);
  } catch (cause) {
    if (cause instanceof ZmqError) throw cause;
    const where = token.description ?? 'a service without a name';
    throw new ZmqError(
      'InvalidArgument',
      `The modules of the Context do not fit together at ${where}: ${String(cause)}`,
      {
        cause,
      },
    );
  }
}
