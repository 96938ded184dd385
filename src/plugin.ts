/** `rzmq/plugin`: what people need who add to a Context, or replace parts of it. */
export { inject, injectable, multiInject, optional } from 'inversify';
export { type Address, AddressedMsg, type Addressing } from './core/addressed-msg.js';
export {
  type AuthenticationReply,
  type AuthenticationRequest,
  IAuthenticationClient,
  type PendingAuthentication,
} from './core/contracts/authentication.js';
export { IAuthenticator } from './core/contracts/authenticator.js';
export {
  type Capability,
  type CapabilityName,
  type CapabilityReport,
  ICapabilityProbe,
} from './core/contracts/capability-probe.js';
export { ICipher, type ICipherSession } from './core/contracts/cipher.js';
export { IClock, IScheduler, type ITimer } from './core/contracts/clock.js';
export {
  type EngineConfig,
  type EngineOffer,
  type IEngine,
  IEngineFactory,
  type IEngineHost,
  IRouter,
  type Route,
} from './core/contracts/engine.js';
export type { IHandle } from './core/contracts/handle.js';
export { IKeyAgreement, type ISecretKey } from './core/contracts/key-agreement.js';
export { ILogger } from './core/contracts/logger.js';
export {
  type IMechanism,
  IMechanismFactory,
  type IMechanismSink,
  IMechanisms,
  type ITrafficCipher,
  type MechanismConfig,
  type Properties,
} from './core/contracts/mechanism.js';
export type { ContextModule } from './core/contracts/module.js';
export { type IPattern, IPatternFactory, type IPatternHost } from './core/contracts/pattern.js';
export { IRandom } from './core/contracts/random.js';
export { type ISocket, ISocketFactory } from './core/contracts/socket.js';
export { type Token, token } from './core/contracts/token.js';
export {
  type Agreement,
  type IConnection,
  type IConnectionSink,
  type IDirectConnection,
  type IDirectEnd,
  type IHandles,
  type IListener,
  type IListenerEvents,
  ITransport,
  type ParsedEndpoint,
} from './core/contracts/transport.js';
export { fromNodeError, ZmqError, type ZmqErrorCode, type ZmqErrorDetails } from './core/errors.js';
export { Metadata } from './core/metadata.js';
export { type Frame, type InMessage, Msg, MsgFlags, type OutMessage } from './core/msg.js';
export { defaultValues as defaultOptions } from './core/options/defaults.js';
export type {
  KeptValue,
  OptionDefinition,
  OptionEffect,
  OptionKind,
  OptionRule,
  OptionSupport,
  OptionValue,
} from './core/options/definition.js';
export type { SocketOptionsInit } from './core/options/inputs.js';
export { parseOptionValue } from './core/options/parse.js';
export { SocketOptions } from './core/options/socket-options.js';
export { defaultOf, findOptionById, findOptionByProperty, OPTIONS } from './core/options/table.js';
export { createTypedOptions } from './core/options/typed-options.js';
export type { SocketOptionValues } from './core/options/values.js';
export { type IPipeEvents, type IPipeSink, Pipe, type PipeLimits } from './core/pipe.js';
export { decodeProperties, encodeProperties } from './core/properties.js';
export { SOCKET_TYPE_NUMBER, SocketType, type SocketTypeName } from './core/socket-type.js';
export type { Dropped, DropReason } from './core/stats.js';
export { type CipherName, cipherModule } from './di/cipher-module.js';
export { type Bindings, contextModule } from './di/module.js';
export {
  type DialledSocket,
  InprocTransportToken,
  IpcTransportToken,
  ITcpSockets,
  type StreamFacts,
  type TcpAddresses,
  type TcpAdmission,
  TcpTransportToken,
} from './di/tokens.js';
