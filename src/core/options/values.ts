import type { Secret } from '../secret.js';

/**
 * The options of one socket, as plain data: one property per option, named as zeromq.js 6 names it.
 *
 * Hot code reads a property of the live object directly (`options.sendHighWaterMark`); only `SocketOptions` writes to
 * it, after checking. The shape never changes: every property is there from the start, in this order.
 *
 * "Takes effect" says from when on a change counts. `next bind or connect`: a listener hands the options as they were
 * at `bind` to all connections that it accepts, a connecter those of `connect` to all of its reconnections.
 */
export interface SocketOptionValues {
  // --- identity and limits -----------------------------------------------------------------------------------

  /**
   * ZMQ_ROUTING_ID: the name that this socket announces to ROUTER-like peers (REQ, DEALER and ROUTER announce it).
   * Bytes, 1 to 255; empty by default: no name. A first byte of 00 is reserved. On a STREAM it reads as the routing id of
   * the last connection that `connect` made. Takes effect: next bind or connect.
   */
  routingId: Buffer;
  /**
   * ZMQ_CONNECT_ROUTING_ID: the local name of the peer that the next `connect` reaches (ROUTER, REP, STREAM). Not empty;
   * `null` by default: none. Used once: whoever uses it puts `null` back. Takes effect: next connect.
   */
  connectRoutingId: Buffer | null;
  /**
   * ZMQ_LINGER: how long `close` and `term` may go on sending what is queued. Milliseconds; -1 without end, 0 drops it
   * at once. Default -1; 0 for SUB, XSUB and DISH. At least -1. Takes effect: at once.
   */
  linger: number;
  /**
   * ZMQ_SNDHWM: how many messages may wait for one peer. Messages, not frames; 0 means no limit. Default 1000.
   * At least 0. Takes effect: at once, for existing connections too.
   */
  sendHighWaterMark: number;
  /**
   * ZMQ_RCVHWM: how many received messages of one peer may wait to be read. Messages; 0 means no limit. Default 1000.
   * At least 0. Takes effect: at once, for existing connections too.
   */
  receiveHighWaterMark: number;
  /**
   * SEND_HIGH_WATER_MARK_BYTES (rzmq): how many bytes may wait for one peer, beside `sendHighWaterMark`; what is reached first
   * counts, and has the same effect. While less waits, a message of any size is taken, so that at most this and one message
   * waits. Bytes of frames; 0, the default, means no limit. At least 0. Takes effect: at once, for existing connections too.
   */
  sendHighWaterMarkBytes: number;
  /**
   * RECEIVE_HIGH_WATER_MARK_BYTES (rzmq): how many received bytes of one peer may wait to be read, beside
   * `receiveHighWaterMark`; what is reached first counts: the peer is held back, until half is read. At most this and one
   * message waits. Bytes of frames; 0, the default, means no limit. At least 0. Takes effect: at once, for existing
   * connections too.
   */
  receiveHighWaterMarkBytes: number;
  /**
   * ZMQ_SNDTIMEO: how long `send` waits. Milliseconds; -1 without end, 0 fails at once. Default -1. At least -1.
   * Takes effect: at once.
   */
  sendTimeout: number;
  /**
   * ZMQ_RCVTIMEO: how long `recv` waits. Milliseconds; -1 without end, 0 fails at once. Default -1. At least -1.
   * Takes effect: at once.
   */
  receiveTimeout: number;
  /**
   * ZMQ_MAXMSGSIZE: the largest frame that is accepted; a larger one closes the connection. Bytes per frame, not per
   * message; a negative value means no limit. Default -1. Any whole number. Takes effect: next bind or connect.
   */
  maxMessageSize: number;
  /**
   * ZMQ_IMMEDIATE: queue only to completed connections. With `false`, a message may wait for a peer that is not there
   * yet. Default false. Takes effect: next bind or connect.
   */
  immediate: boolean;
  /**
   * ZMQ_CONFLATE: each queue keeps one message, the newest, and the high-water marks do not count. Not for multipart
   * messages. Effective on DEALER, PULL, PUSH, PUB and SUB. Default false. Takes effect: next bind or connect.
   */
  conflate: boolean;
  /**
   * ZMQ_BACKLOG: how many connections may wait to be accepted (the backlog of listen). Default 100. At least 0.
   * Takes effect: next bind.
   */
  backlog: number;
  /**
   * MAX_CONNECTIONS (rzmq): how many accepted connections the socket may have at a time; further ones are closed.
   * -1, the default, means no limit; 0 is refused. Takes effect: next bind or connect.
   */
  maxConnections: number;

  // --- patterns ----------------------------------------------------------------------------------------------

  /**
   * ZMQ_ROUTER_MANDATORY: a message to an unknown peer fails with HostUnreachable and one to a full peer waits,
   * instead of being dropped (ROUTER, REP). Default false. Takes effect: at once.
   */
  mandatory: boolean;
  /**
   * ZMQ_ROUTER_HANDOVER: a newcomer takes over a routing id that is in use, instead of being ignored (ROUTER, REP).
   * Default false. Takes effect: at once.
   */
  handover: boolean;
  /**
   * ZMQ_PROBE_ROUTER: an empty message is sent on every new connection, so that a ROUTER learns the name of this
   * socket (REQ, REP, DEALER, ROUTER). Default false. Takes effect: connections made later.
   */
  probeRouter: boolean;
  /**
   * ZMQ_REQ_CORRELATE: a request carries a number, and replies with another number are skipped (REQ). Default false.
   * Takes effect: at once.
   */
  correlate: boolean;
  /**
   * ZMQ_REQ_RELAXED: a new request may be sent before the reply to the last one came, which gives that one up (REQ).
   * Default false. Takes effect: at once.
   */
  relaxed: boolean;
  /**
   * ZMQ_XPUB_VERBOSE: subscriptions that are known already are passed up too (PUB, XPUB). Setting it, to either value,
   * switches `xpubVerboser` off. Default false. Takes effect: at once.
   */
  xpubVerbose: boolean;
  /**
   * ZMQ_XPUB_VERBOSER: repeated unsubscriptions are passed up too (PUB, XPUB). Setting it sets `xpubVerbose` to the
   * same value. Default false. Takes effect: at once.
   */
  xpubVerboser: boolean;
  /**
   * ZMQ_XPUB_NODROP: a full subscriber makes `send` wait, instead of missing messages (PUB, XPUB, RADIO). Default false.
   * Takes effect: at once.
   */
  noDrop: boolean;
  /**
   * ZMQ_XPUB_MANUAL: subscriptions are only reported; the application decides with SUBSCRIBE and UNSUBSCRIBE about the
   * peer whose subscription it received last (PUB, XPUB). Default false. Takes effect: at once.
   */
  manual: boolean;
  /**
   * ZMQ_XPUB_MANUAL_LAST_VALUE: as `manual`, which it sets to the same value, and the first message that is sent after a
   * subscription was received goes only to the peer that it came from, if that gets such messages at all: for sending the
   * last value to a newcomer (PUB, XPUB). Default false. Takes effect: at once.
   */
  manualLastValue: boolean;
  /**
   * ZMQ_XPUB_WELCOME_MSG: the message that every new subscriber is sent first; it gets it when it subscribed to it
   * (PUB, XPUB). `null` by default and when set to nothing: none. Takes effect: connections made later.
   */
  welcomeMessage: Buffer | null;
  /**
   * ZMQ_INVERT_MATCHING: messages that match no subscription are delivered, and those that match are not; set it on
   * both ends (PUB, XPUB, SUB, XSUB). Default false. Takes effect: at once.
   */
  invertMatching: boolean;
  /**
   * ZMQ_ONLY_FIRST_SUBSCRIBE: only the first frame of a multipart message can be a subscription (PUB, XPUB, XSUB).
   * Default false. Takes effect: at once.
   */
  onlyFirstSubscribe: boolean;
  /**
   * ZMQ_XSUB_VERBOSE_UNSUBSCRIBE: every unsubscription is sent to the publishers, not only the last one of a topic
   * (XSUB). Default false. Takes effect: at once.
   */
  xsubVerboseUnsubscribe: boolean;
  /**
   * ZMQ_ROUTER_NOTIFY: the application receives an empty message, behind the routing id, when a peer comes (1), when it
   * goes (2), or both (3). Accepted by ROUTER and REP, effective on ROUTER. Default 0: never. Takes effect: next bind or
   * connect.
   */
  routerNotify: number;
  /**
   * ZMQ_ROUTER_RAW: the connections exchange bytes as they are, with any TCP peer, instead of speaking ZMTP (ROUTER).
   * Deprecated: use STREAM. Default false. Takes effect: next bind or connect.
   */
  routerRaw: boolean;
  /**
   * ZMQ_STREAM_NOTIFY: an empty message is received when a connection begins, and when its peer ends it (STREAM).
   * Default true. Takes effect: next bind or connect.
   */
  notify: boolean;
  /**
   * ZMQ_HELLO_MSG: a message that every peer is sent before anything else, on each new connection. Effective on ROUTER,
   * DEALER, REP, CLIENT, SERVER and PEER. `null` by default and when set to nothing: none. Takes effect: next bind or connect.
   */
  helloMessage: Buffer | null;
  /**
   * ZMQ_DISCONNECT_MSG: a message that the own application receives, as if from the peer, when a peer that had connected
   * to it goes. Effective on ROUTER, SERVER and PEER. `null` by default and when set to nothing: none. Takes effect: next bind or connect.
   */
  disconnectMessage: Buffer | null;
  /**
   * ZMQ_HICCUP_MSG: a message that the own application receives, as if from the peer, when it loses a peer that it had
   * connected to. Effective on DEALER, CLIENT and PEER. `null` by default and when set to nothing: none. Takes effect: next bind or
   * connect.
   */
  hiccupMessage: Buffer | null;

  // --- connections -------------------------------------------------------------------------------------------

  /**
   * ZMQ_RECONNECT_IVL: how long to wait before a connection is tried again. Milliseconds; 0 and -1 mean: not again.
   * Default 100. At least -1. Takes effect: next connect.
   */
  reconnectInterval: number;
  /**
   * ZMQ_RECONNECT_IVL_MAX: the wait doubles after every failure, up to this. Milliseconds; 0: it does not grow.
   * Default 0. At least 0. Takes effect: next connect.
   */
  reconnectMaxInterval: number;
  /**
   * ZMQ_RECONNECT_STOP: what ends reconnecting. The sum of 1 (connection refused), 2 (handshake failed) and
   * 4 (after `disconnect`). Default 0: nothing. Any int. Takes effect: next connect.
   */
  reconnectStop: number;
  /**
   * ZMQ_CONNECT_TIMEOUT: how long one attempt to connect may take before it is given up and tried again. Milliseconds;
   * 0: as long as the operating system lets it. Default 0. At least 0. Takes effect: next connect.
   */
  connectTimeout: number;
  /**
   * ZMQ_HANDSHAKE_IVL: how long the ZMTP handshake may take, on both sides, before the connection is closed.
   * Milliseconds; 0: no limit. Default 30000. At least 0. Takes effect: next bind or connect.
   */
  handshakeInterval: number;
  /**
   * ZMQ_HEARTBEAT_IVL: how often a PING is sent. Milliseconds; 0: never. Default 0. At least 0.
   * Takes effect: next bind or connect.
   */
  heartbeatInterval: number;
  /**
   * ZMQ_HEARTBEAT_TTL: how long the peer may hear nothing before it gives this side up; announced in every PING.
   * Milliseconds, kept in steps of 100. Default 0: no demand. 0 to 6553599. Takes effect: next bind or connect.
   */
  heartbeatTimeToLive: number;
  /**
   * ZMQ_HEARTBEAT_TIMEOUT: how long to wait for anything from the peer after a PING. Milliseconds; 0: without end.
   * Default -1, which cannot be set: as long as `heartbeatInterval`. At least 0. Takes effect: next bind or connect.
   */
  heartbeatTimeout: number;
  /**
   * ZMQ_IPV6: names are resolved to IPv6 addresses too, and a wildcard listens on both families. Default false.
   * Takes effect: next bind or connect.
   */
  ipv6: boolean;
  /**
   * ZMQ_TCP_KEEPALIVE: SO_KEEPALIVE of tcp connections: 1 on, 0 off, -1 as the operating system has it. Default -1.
   * Takes effect: next bind or connect.
   */
  tcpKeepalive: number;
  /**
   * ZMQ_TCP_KEEPALIVE_IDLE: how long a tcp connection is silent before the first keep-alive probe. Seconds; -1: as the
   * operating system has it. Default -1. At least -1. Takes effect: next bind or connect.
   */
  tcpKeepaliveIdle: number;
  /**
   * ZMQ_TCP_ACCEPT_FILTER: the networks that tcp peers may come from, as CIDR text (`10.0.0.0/8`, `::1`); a peer must
   * match one of them. Default none: everybody. Takes effect: next bind.
   */
  tcpAcceptFilter: readonly string[];
  /**
   * ZMQ_SNDBUF: SO_SNDBUF of tcp connections. Needs the io_uring engine. Bytes; -1: as the operating system has it.
   * Default -1. At least -1. Takes effect: next bind or connect.
   */
  sendBufferSize: number;
  /**
   * ZMQ_RCVBUF: SO_RCVBUF of tcp connections. Needs the io_uring engine. Bytes; -1: as the operating system has it.
   * Default -1. At least -1. Takes effect: next bind or connect.
   */
  receiveBufferSize: number;
  /**
   * ZMQ_TCP_KEEPALIVE_CNT: how many keep-alive probes may stay unanswered. Needs the io_uring engine. -1: as the operating
   * system has it. Default -1. At least -1. Takes effect: next bind or connect.
   */
  tcpKeepaliveCount: number;
  /**
   * ZMQ_TCP_KEEPALIVE_INTVL: the time between two keep-alive probes. Needs the io_uring engine. Seconds; -1: as the
   * operating system has it. Default -1. At least -1. Takes effect: next bind or connect.
   */
  tcpKeepaliveInterval: number;
  /**
   * ZMQ_TOS: IP_TOS, and the traffic class of IPv6, of tcp connections. Needs the io_uring engine. Default 0. At least 0.
   * Takes effect: next bind or connect.
   */
  typeOfService: number;
  /**
   * ZMQ_TCP_MAXRT: how long sent bytes may stay unacknowledged (TCP_USER_TIMEOUT). Needs the io_uring engine.
   * Milliseconds; 0: as the operating system has it. Default 0. At least 0. Takes effect: next bind or connect.
   */
  tcpMaxRetransmitTimeout: number;
  /**
   * ZMQ_BINDTODEVICE: the network interface of tcp connections (SO_BINDTODEVICE). Needs the io_uring engine. Default none.
   * At most 16 bytes. Takes effect: next bind or connect.
   */
  interface: string;
  /**
   * ZMQ_PRIORITY: SO_PRIORITY of tcp connections. Needs the io_uring engine. Default 0. At least 0.
   * Takes effect: next bind or connect.
   */
  priority: number;
  /**
   * ZMQ_BUSY_POLL: how long the operating system polls the network device for a receive (SO_BUSY_POLL). Needs the io_uring
   * engine. Default 0. Takes effect: next bind or connect.
   */
  busyPoll: number;
  /**
   * TCP_CORK (rzmq): the kernel holds back packets that are not full while more is about to be written; never for longer
   * than that. Needs the io_uring engine. Default false. Takes effect: next bind or connect.
   */
  tcpCork: boolean;
  /**
   * IO_URING_SESSION_ENABLED (rzmq): the tcp connections of the socket are driven by io_uring, where the package rzmq-uring
   * is installed and the kernel lets it, and by node:net otherwise; `context.inspect()` and the log say which, and why.
   * Default false. Takes effect: next bind or connect.
   */
  ioUringSessionEnabled: boolean;
  /**
   * IO_URING_SNDZEROCOPY (rzmq): the io_uring engine sends large frames without a copy, where the kernel can. They count
   * against the high-water mark until the peer has acknowledged them. Default false. Takes effect: next bind or connect.
   */
  ioUringSendZeroCopy: boolean;
  /**
   * IO_URING_RCVMULTISHOT (rzmq): the io_uring engine receives many times with one request to the kernel, where the kernel
   * can. Default true. Takes effect: next bind or connect.
   */
  ioUringReceiveMultishot: boolean;
  /**
   * IO_URING_ZC_SEND_THRESHOLD (rzmq): from which size on `ioUringSendZeroCopy` sends a frame without a copy. Bytes.
   * Default 16384. At least 0. Takes effect: next bind or connect.
   */
  ioUringZeroCopySendThreshold: number;
  /**
   * ZMQ_METADATA: properties of the application's own that every peer is told in the handshake, each as
   * `X-name:value`. Default none. Takes effect: next bind or connect.
   */
  metadata: readonly string[];

  // --- security ----------------------------------------------------------------------------------------------

  /** Which mechanism the settings below ask for (ZMQ_MECHANISM): the last one that was set counts. */
  securityMechanism: number;
  /**
   * ZMQ_PLAIN_SERVER: `true` makes the socket a PLAIN server, which asks the ZAP handler about each peer's user name and
   * password; `false` puts NULL back. Default false. Takes effect: next bind or connect.
   */
  plainServer: boolean;
  /**
   * ZMQ_PLAIN_USERNAME: the user name of a PLAIN client, which this makes the socket. At most 255 bytes; nothing puts
   * NULL back. Default none. Takes effect: next bind or connect.
   */
  plainUsername: string;
  /**
   * ZMQ_PLAIN_PASSWORD: the password of a PLAIN client, which this makes the socket. At most 255 bytes; nothing puts NULL
   * back. It goes over the network in clear. Default none. Takes effect: next bind or connect.
   */
  plainPassword: Secret;
  /**
   * ZMQ_CURVE_SERVER: `true` makes the socket a CURVE server, which needs `curveSecretKey`; `false` puts NULL back.
   * Default false. Takes effect: next bind or connect.
   */
  curveServer: boolean;
  /**
   * ZMQ_CURVE_PUBLICKEY: the own public key of a CURVE socket. 32 bytes, or Z85 text of 40 characters; it may be left
   * out, since it follows from the secret key. Default none (zeros). Takes effect: next bind or connect.
   */
  curvePublicKey: Buffer;
  /**
   * ZMQ_CURVE_SECRETKEY: the own secret key of a CURVE socket. 32 bytes, or Z85 text of 40 characters. Overwritten in
   * memory when the socket has closed. Default none (zeros). Takes effect: next bind or connect.
   */
  curveSecretKey: Secret;
  /**
   * ZMQ_CURVE_SERVERKEY: the public key of the server that a CURVE client, which this makes the socket, talks to, and to
   * no other. 32 bytes, or Z85 text of 40 characters. Default none (zeros). Takes effect: next bind or connect.
   */
  curveServerKey: Buffer;
  /**
   * CURVE_PREVIOUS_SECRETKEYS (rzmq): the keys that a CURVE server had before `curveSecretKey`, so that clients that know it
   * by one of them are let in until they have the new one. Keys as those above, one or a list; `null` for none. Read as one
   * buffer, 32 bytes for each. Default none. Takes effect: next bind or connect.
   */
  curvePreviousSecretKeys: Secret;
  /**
   * ZMQ_ZAP_DOMAIN: the domain that the ZAP handler is asked for. With a domain, a NULL socket asks too, and without a
   * handler every peer is refused. 1 to 255 bytes. Default none. Takes effect: next bind or connect.
   */
  zapDomain: string;
  /**
   * ZMQ_ZAP_ENFORCE_DOMAIN: without a domain the handler is not asked: a PLAIN server then refuses everybody, and a CURVE
   * server asks nobody. Default false. Takes effect: next bind or connect.
   */
  zapEnforceDomain: boolean;

  // --- what peers may be, and cost ---------------------------------------------------------------------------

  /**
   * ALLOW_ZMTP2 (rzmq): peers that speak ZMTP 2.0 or 1.0 (libzmq 3 and 2) are talked to. Whatever this says, they are
   * refused by a socket that has a security mechanism or a ZAP domain, because they have neither. Default true.
   * Takes effect: next bind or connect.
   */
  allowZmtp2: boolean;
  /**
   * MAX_HANDSHAKES (rzmq): how many accepted connections of one bind may be in their handshake at a time. When there
   * are more, the one that has been in it for the longest is closed, if that is 5 s or longer; when there are four times
   * as many, however long. A peer that means well connects again.
   * Connections; -1 means no limit. Default 2048. Not 0. Takes effect: next bind.
   */
  maxHandshakes: number;
  /**
   * MAX_HANDSHAKE_SIZE (rzmq): the largest frame that is accepted before the handshake is complete, such as READY with
   * its metadata; a larger one closes the connection. `maxMessageSize` counts too. Bytes; -1 means no limit.
   * Default 65536. Not 0. Takes effect: next bind or connect.
   */
  maxHandshakeSize: number;
  /**
   * MAX_COMMAND_SIZE (rzmq): the largest command that is accepted after the handshake, such as a subscription with its
   * topic; a larger one closes the connection. `maxMessageSize` counts too. Bytes; -1 means no limit. Default 1048576.
   * Not 0. Takes effect: next bind or connect.
   */
  maxCommandSize: number;
  /**
   * MAX_SUBSCRIPTIONS (rzmq): how many different topics one peer may subscribe to, of 256 bytes on average; one more
   * closes its connection (PUB, XPUB). Topics per peer; -1 means no limit. Default 262144. Not 0.
   * Takes effect: at once, for the subscriptions that come.
   */
  maxSubscriptions: number;
}
