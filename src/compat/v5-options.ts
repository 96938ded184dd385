import * as constants from './v5-constants.js';

/** The short names of options. */
export type ShortOption =
  | '_fd'
  | '_ioevents'
  | '_receiveMore'
  | '_subscribe'
  | '_unsubscribe'
  | 'affinity'
  | 'backlog'
  | 'identity'
  | 'linger'
  | 'rate'
  | 'rcvbuf'
  | 'last_endpoint'
  | 'reconnect_ivl'
  | 'recovery_ivl'
  | 'sndbuf'
  | 'mechanism'
  | 'plain_server'
  | 'plain_username'
  | 'plain_password'
  | 'curve_server'
  | 'curve_publickey'
  | 'curve_secretkey'
  | 'curve_serverkey'
  | 'zap_domain'
  | 'heartbeat_ivl'
  | 'heartbeat_ttl'
  | 'heartbeat_timeout'
  | 'connect_timeout';

/** Their numbers. The names are properties of a socket, and keys of the options that it is made with. */
export const shortOptions: Readonly<Record<ShortOption, number>> = {
  _fd: constants.ZMQ_FD,
  _ioevents: constants.ZMQ_EVENTS,
  _receiveMore: constants.ZMQ_RCVMORE,
  _subscribe: constants.ZMQ_SUBSCRIBE,
  _unsubscribe: constants.ZMQ_UNSUBSCRIBE,
  affinity: constants.ZMQ_AFFINITY,
  backlog: constants.ZMQ_BACKLOG,
  identity: constants.ZMQ_IDENTITY,
  linger: constants.ZMQ_LINGER,
  rate: constants.ZMQ_RATE,
  rcvbuf: constants.ZMQ_RCVBUF,
  last_endpoint: constants.ZMQ_LAST_ENDPOINT,
  reconnect_ivl: constants.ZMQ_RECONNECT_IVL,
  recovery_ivl: constants.ZMQ_RECOVERY_IVL,
  sndbuf: constants.ZMQ_SNDBUF,
  mechanism: constants.ZMQ_MECHANISM,
  plain_server: constants.ZMQ_PLAIN_SERVER,
  plain_username: constants.ZMQ_PLAIN_USERNAME,
  plain_password: constants.ZMQ_PLAIN_PASSWORD,
  curve_server: constants.ZMQ_CURVE_SERVER,
  curve_publickey: constants.ZMQ_CURVE_PUBLICKEY,
  curve_secretkey: constants.ZMQ_CURVE_SECRETKEY,
  curve_serverkey: constants.ZMQ_CURVE_SERVERKEY,
  zap_domain: constants.ZMQ_ZAP_DOMAIN,
  heartbeat_ivl: constants.ZMQ_HEARTBEAT_IVL,
  heartbeat_ttl: constants.ZMQ_HEARTBEAT_TTL,
  heartbeat_timeout: constants.ZMQ_HEARTBEAT_TIMEOUT,
  connect_timeout: constants.ZMQ_CONNECT_TIMEOUT,
};

/** A property that is text: it is read as such, and may be set to bytes. */
type Text = string | Buffer | null;

/** The options as properties of a socket. Text that was never set is `null`. */
export interface V5Properties {
  _fd: number;
  _ioevents: number;
  _receiveMore: number;
  affinity: number;
  backlog: number;
  linger: number;
  rate: number;
  rcvbuf: number;
  reconnect_ivl: number;
  recovery_ivl: number;
  sndbuf: number;
  mechanism: number;
  plain_server: number;
  curve_server: number;
  heartbeat_ivl: number;
  heartbeat_ttl: number;
  heartbeat_timeout: number;
  connect_timeout: number;
  get identity(): string;
  set identity(value: Text);
  get last_endpoint(): string;
  set last_endpoint(value: Text);
  get plain_username(): string;
  set plain_username(value: Text);
  get plain_password(): string;
  set plain_password(value: Text);
  get curve_publickey(): string;
  set curve_publickey(value: Text);
  get curve_secretkey(): string;
  set curve_secretkey(value: Text);
  get curve_serverkey(): string;
  set curve_serverkey(value: Text);
  get zap_domain(): string;
  set zap_domain(value: Text);
  set _subscribe(topic: Text);
  set _unsubscribe(topic: Text);
}
