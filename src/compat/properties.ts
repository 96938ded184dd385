import type { PropertyValue } from './option-face.js';

/** Whether a property can be read, set, or both. */
export type Access = 'rw' | 'r' | 'w';

/** The names of a list, each with the same access. */
type Names = Readonly<Record<Access, readonly string[]>>;

const none: readonly string[] = [];

/** The properties that every socket has. Their numbers, kinds and values stand in the table of options. */
export const OF_ALL: Names = {
  r: ['type', 'lastEndpoint', 'securityMechanism', 'threadSafe'],
  w: none,
  rw: [
    'affinity',
    'rate',
    'recoveryInterval',
    'linger',
    'reconnectInterval',
    'backlog',
    'reconnectMaxInterval',
    'maxMessageSize',
    'tcpKeepalive',
    'tcpKeepaliveCount',
    'tcpKeepaliveIdle',
    'tcpKeepaliveInterval',
    'tcpAcceptFilter',
    'immediate',
    'ipv6',
    'plainServer',
    'plainUsername',
    'plainPassword',
    'curveServer',
    'curvePublicKey',
    'curveSecretKey',
    'curveServerKey',
    'zapDomain',
    'typeOfService',
    'handshakeInterval',
    'socksProxy',
    'heartbeatInterval',
    'heartbeatTimeToLive',
    'heartbeatTimeout',
    'connectTimeout',
    'tcpMaxRetransmitTimeout',
    'multicastMaxTransportDataUnit',
    'vmciBufferSize',
    'vmciBufferMinSize',
    'vmciBufferMaxSize',
    'vmciConnectTimeout',
    'interface',
    'zapEnforceDomain',
    'loopbackFastPath',
  ],
};

/** Of those that send. */
export const OF_WRITABLE: Names = {
  r: none,
  w: none,
  rw: ['sendBufferSize', 'sendHighWaterMark', 'sendTimeout', 'multicastHops'],
};

/** Of those that receive. */
export const OF_READABLE: Names = {
  r: none,
  w: none,
  rw: ['receiveBufferSize', 'receiveHighWaterMark', 'receiveTimeout'],
};

/** Properties of one class or a few. */
export function only(access: Access, ...names: string[]): Names {
  return { r: none, w: none, rw: none, [access]: names };
}

/** Who has the options of a socket. */
export interface IOptionOwner<S> {
  get(socket: S, property: string): PropertyValue;
  set(socket: S, property: string, value: unknown): void;
}

/** Puts the properties on a prototype, as accessors. */
export function defineProperties<S extends object>(prototype: S, owner: IOptionOwner<S>, ...lists: Names[]): void {
  for (const { r, w, rw } of lists) {
    for (const name of [...r, ...w, ...rw]) {
      const get = function (this: S): PropertyValue {
        return owner.get(this, name);
      };
      const set = function (this: S, value: unknown): void {
        owner.set(this, name, value);
      };
      Object.defineProperty(prototype, name, {
        ...(w.includes(name) ? {} : { get }),
        ...(r.includes(name) ? {} : { set }),
      });
    }
  }
}
