/**
 * The properties that every socket has. What they accept and when they take effect is told in docs/options.md, by the same
 * names. "Without effect": the value is kept, and a warning says so once.
 */
export interface SocketProperties {
  /** ZMQ_AFFINITY. Without effect: there are no I/O threads. */
  affinity: number;
  /** ZMQ_RATE. Without effect: there is no multicast. */
  rate: number;
  /** ZMQ_RECOVERY_IVL. Without effect: there is no multicast. */
  recoveryInterval: number;
  /** ZMQ_LINGER: how long messages are still sent after `close`, in milliseconds; -1: without end. */
  linger: number;
  /** ZMQ_RECONNECT_IVL: how long to wait before connecting again, in milliseconds; -1: not again. Default 100. */
  reconnectInterval: number;
  /** ZMQ_BACKLOG: how many connections may wait to be accepted. Default 100. */
  backlog: number;
  /** ZMQ_RECONNECT_IVL_MAX: up to this the wait doubles, in milliseconds; 0: it does not. Default 0. */
  reconnectMaxInterval: number;
  /** ZMQ_MAXMSGSIZE: the largest frame that is accepted, in bytes; -1: no limit. Default -1. */
  maxMessageSize: number;
  /** ZMQ_TCP_KEEPALIVE: 1 on, 0 off, -1 as the operating system has it. Default -1. */
  tcpKeepalive: number;
  /** ZMQ_TCP_KEEPALIVE_CNT. Without effect: Node has no call for it. */
  tcpKeepaliveCount: number;
  /** ZMQ_TCP_KEEPALIVE_IDLE: in seconds; -1 as the operating system has it. Default -1. */
  tcpKeepaliveIdle: number;
  /** ZMQ_TCP_KEEPALIVE_INTVL. Without effect: Node has no call for it. */
  tcpKeepaliveInterval: number;
  /** ZMQ_TCP_ACCEPT_FILTER: adds a network that peers may come from (`10.0.0.0/8`); `null`: from everywhere again. */
  tcpAcceptFilter: string | null;
  /** ZMQ_IMMEDIATE: true queues messages only for peers that are connected. Default false. */
  immediate: boolean;
  /** ZMQ_IPV6: IPv6 as well. Default false. */
  ipv6: boolean;
  /** ZMQ_PLAIN_SERVER: the socket is a PLAIN server. Default false. */
  plainServer: boolean;
  /** ZMQ_PLAIN_USERNAME: the user of a PLAIN client, which this makes the socket; `null`: none. */
  plainUsername: string | null;
  /** ZMQ_PLAIN_PASSWORD: the password of a PLAIN client, which this makes the socket; `null`: none. */
  plainPassword: string | null;
  /** ZMQ_CURVE_SERVER: the socket is a CURVE server. Default false. */
  curveServer: boolean;
  /** ZMQ_CURVE_PUBLICKEY: the own public key, in Z85. */
  curvePublicKey: string | null;
  /** ZMQ_CURVE_SECRETKEY: the own secret key, in Z85. */
  curveSecretKey: string | null;
  /** ZMQ_CURVE_SERVERKEY: the public key of the server, in Z85, which makes the socket a CURVE client. */
  curveServerKey: string | null;
  /** ZMQ_ZAP_DOMAIN: the domain that the ZAP handler is asked for. */
  zapDomain: string | null;
  /** ZMQ_TOS. Without effect: Node has no call for it. */
  typeOfService: number;
  /** ZMQ_HANDSHAKE_IVL: how long a handshake may take, in milliseconds; 0: no limit. Default 30000. */
  handshakeInterval: number;
  /** ZMQ_SOCKS_PROXY. Without effect: there is no SOCKS client. */
  socksProxy: string | null;
  /** ZMQ_HEARTBEAT_IVL: how often a PING is sent, in milliseconds; 0: never. Default 0. */
  heartbeatInterval: number;
  /** ZMQ_HEARTBEAT_TTL: how long the peer may hear nothing, in milliseconds, kept in steps of 100. Default 0. */
  heartbeatTimeToLive: number;
  /** ZMQ_HEARTBEAT_TIMEOUT: how long to wait after a PING, in milliseconds. Default -1: as long as `heartbeatInterval`. */
  heartbeatTimeout: number;
  /** ZMQ_CONNECT_TIMEOUT: how long one attempt to connect may take, in milliseconds. Default 0: no limit of ours. */
  connectTimeout: number;
  /** ZMQ_TCP_MAXRT. Without effect: Node has no call for it. */
  tcpMaxRetransmitTimeout: number;
  /** ZMQ_MULTICAST_MAXTPDU. Without effect: there is no multicast. */
  multicastMaxTransportDataUnit: number;
  /** ZMQ_VMCI_BUFFER_SIZE. Without effect: there is no vmci. */
  vmciBufferSize: number;
  /** ZMQ_VMCI_BUFFER_MIN_SIZE. Without effect: there is no vmci. */
  vmciBufferMinSize: number;
  /** ZMQ_VMCI_BUFFER_MAX_SIZE. Without effect: there is no vmci. */
  vmciBufferMaxSize: number;
  /** ZMQ_VMCI_CONNECT_TIMEOUT. Without effect: there is no vmci. */
  vmciConnectTimeout: number;
  /** ZMQ_BINDTODEVICE. Without effect: Node has no call for it. */
  interface: string | null;
  /** ZMQ_ZAP_ENFORCE_DOMAIN: without a domain the ZAP handler is not asked. Default false. */
  zapEnforceDomain: boolean;
  /** ZMQ_LOOPBACK_FASTPATH. Without effect: Node has no call for it. */
  loopbackFastPath: boolean;
  /** ZMQ_TYPE: libzmq's number of the type. */
  readonly type: number;
  /** ZMQ_LAST_ENDPOINT: what `bind` was bound to, as it really is, or what `connect` was given; `null` before. */
  readonly lastEndpoint: string | null;
  /** ZMQ_MECHANISM: follows from the options above that were set last; `null` is NULL. */
  readonly securityMechanism: null | 'plain' | 'curve' | 'gssapi';
  /** ZMQ_THREAD_SAFE: true for the drafts. */
  readonly threadSafe: boolean;
}
