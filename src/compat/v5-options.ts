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
