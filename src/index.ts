export { Context, type ContextOptions, context } from './api/context.js';
export { DiagnosticsChannel, type DiagnosticsMessage } from './api/diagnostics.js';
export { ContextInspection } from './api/inspection.js';
export { proxy, type SteerableProxy } from './api/proxy.js';
export type { ProxyEnd, ProxyOptions, ProxySocket, ProxyStatistics, ProxyTraffic } from './api/proxy-types.js';
export type {
  AuthenticationAnswer,
  AuthenticationDecision,
  AuthenticationPeer,
  AuthenticationRules,
  AuthenticationStatus,
  AuthenticationVerdict,
  AuthenticatorOptions,
  CurvePeer,
  PlainPeer,
} from './api/security/authentication-rules.js';
export { Authenticator } from './api/security/authenticator.js';
export { Certificate, type CertificateFiles } from './api/security/certificate.js';
export {
  CertificateStore,
  type CertificateStoreOptions,
  type ICertificateStore,
} from './api/security/certificate-store.js';
export { type CurveKeyPair, curveKeyPair, curvePublicKey } from './api/security/keys.js';
export { Socket } from './api/socket.js';
export type {
  ChannelSocket,
  ClientSocket,
  DealerSocket,
  DishSocket,
  GatherSocket,
  PairSocket,
  PeerSocket,
  PubSocket,
  PullSocket,
  PushSocket,
  RadioSocket,
  RepSocket,
  ReqSocket,
  RouterSocket,
  ScatterSocket,
  ServerSocket,
  SocketByType,
  StreamSocket,
  SubSocket,
  XPubSocket,
  XSubSocket,
} from './api/socket-types.js';
export { version, zmqVersion, zmtpVersion } from './api/version.js';
export type { Address } from './core/addressed-msg.js';
export type { AuthenticationReply, AuthenticationRequest } from './core/contracts/authentication.js';
export type { IAuthenticator } from './core/contracts/authenticator.js';
export type { Capability, CapabilityName, CapabilityReport } from './core/contracts/capability-probe.js';
export type { CloseOptions, CloseReport, EndpointReport, TermReport } from './core/contracts/close-report.js';
export type { EndpointInspection, PipeInspection, SocketInspection } from './core/contracts/inspection.js';
export type { ILogger } from './core/contracts/logger.js';
export type { ContextModule } from './core/contracts/module.js';
export {
  MonitorEvent,
  type MonitorEventName,
  type MonitorEvents,
  type SocketEvent,
  type SocketEventFacts,
  type SocketEventIterator,
  type SocketEventOf,
} from './core/contracts/monitor.js';
export type {
  ConnectOptions,
  ISocket,
  OperationOptions,
  SendOptions,
  SocketEvents,
  WaitOptions,
} from './core/contracts/socket.js';
export { ZmqError, type ZmqErrorCode, type ZmqErrorDetails } from './core/errors.js';
export { Metadata, type PeerFacts } from './core/metadata.js';
export { type Frame, type InMessage, Msg, MsgFlags, type OutMessage } from './core/msg.js';
export type { SocketOptionsInit } from './core/options/inputs.js';
export { SocketOption } from './core/options/numbers.js';
export type { OptionInput } from './core/options/socket-options.js';
export type { TypedSocketOptions } from './core/options/typed-options.js';
export type { UringOptions } from './core/options/uring.js';
export type { SocketOptionValues } from './core/options/values.js';
export { ProtocolError } from './core/protocol-error.js';
export { SocketType, type SocketTypeName } from './core/socket-type.js';
export type { Dropped, DropReason, PipeStats, QueueStats, SocketStats, TrafficStats } from './core/stats.js';
export { z85Decode, z85Encode } from './core/z85.js';
