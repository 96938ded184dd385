// The constants that versions 4 and 5 of zeromq.js had. The numbers are libzmq's.

// Options, for `setsockopt` and `getsockopt`.
export const ZMQ_AFFINITY: number = 4;
export const ZMQ_IDENTITY: number = 5;
export const ZMQ_SUBSCRIBE: number = 6;
export const ZMQ_UNSUBSCRIBE: number = 7;
export const ZMQ_RATE: number = 8;
export const ZMQ_RECOVERY_IVL: number = 9;
export const ZMQ_RECOVERY_IVL_MSEC: number = 9;
export const ZMQ_SNDBUF: number = 11;
export const ZMQ_RCVBUF: number = 12;
export const ZMQ_RCVMORE: number = 13;
export const ZMQ_FD: number = 14;
export const ZMQ_EVENTS: number = 15;
export const ZMQ_TYPE: number = 16;
export const ZMQ_LINGER: number = 17;
export const ZMQ_RECONNECT_IVL: number = 18;
export const ZMQ_BACKLOG: number = 19;
export const ZMQ_RECONNECT_IVL_MAX: number = 21;
export const ZMQ_MAXMSGSIZE: number = 22;
export const ZMQ_SNDHWM: number = 23;
export const ZMQ_RCVHWM: number = 24;
export const ZMQ_MULTICAST_HOPS: number = 25;
export const ZMQ_RCVTIMEO: number = 27;
export const ZMQ_SNDTIMEO: number = 28;
export const ZMQ_IPV4ONLY: number = 31;
export const ZMQ_LAST_ENDPOINT: number = 32;
export const ZMQ_ROUTER_MANDATORY: number = 33;
export const ZMQ_TCP_KEEPALIVE: number = 34;
export const ZMQ_TCP_KEEPALIVE_CNT: number = 35;
export const ZMQ_TCP_KEEPALIVE_IDLE: number = 36;
export const ZMQ_TCP_KEEPALIVE_INTVL: number = 37;
export const ZMQ_TCP_ACCEPT_FILTER: number = 38;
export const ZMQ_DELAY_ATTACH_ON_CONNECT: number = 39;
export const ZMQ_XPUB_VERBOSE: number = 40;
export const ZMQ_ROUTER_RAW: number = 41;
export const ZMQ_IPV6: number = 42;
export const ZMQ_MECHANISM: number = 43;
export const ZMQ_PLAIN_SERVER: number = 44;
export const ZMQ_PLAIN_USERNAME: number = 45;
export const ZMQ_PLAIN_PASSWORD: number = 46;
export const ZMQ_CURVE_SERVER: number = 47;
export const ZMQ_CURVE_PUBLICKEY: number = 48;
export const ZMQ_CURVE_SECRETKEY: number = 49;
export const ZMQ_CURVE_SERVERKEY: number = 50;
export const ZMQ_ZAP_DOMAIN: number = 55;
export const ZMQ_HEARTBEAT_IVL: number = 75;
export const ZMQ_HEARTBEAT_TTL: number = 76;
export const ZMQ_HEARTBEAT_TIMEOUT: number = 77;
export const ZMQ_CONNECT_TIMEOUT: number = 79;
export const ZMQ_IO_THREADS: number = 1;
export const ZMQ_MAX_SOCKETS: number = 2;
export const ZMQ_ROUTER_HANDOVER: number = 56;

// Socket types.
export const ZMQ_PAIR: number = 0;
export const ZMQ_PUB: number = 1;
export const ZMQ_SUB: number = 2;
export const ZMQ_REQ: number = 3;
export const ZMQ_REP: number = 4;
export const ZMQ_DEALER: number = 5;
export const ZMQ_XREQ: number = 5;
export const ZMQ_ROUTER: number = 6;
export const ZMQ_XREP: number = 6;
export const ZMQ_PULL: number = 7;
export const ZMQ_PUSH: number = 8;
export const ZMQ_XPUB: number = 9;
export const ZMQ_XSUB: number = 10;
export const ZMQ_STREAM: number = 11;

// What ZMQ_EVENTS is put together from.
export const ZMQ_POLLIN: number = 1;
export const ZMQ_POLLOUT: number = 2;
export const ZMQ_POLLERR: number = 4;

// The flag of `send`.
export const ZMQ_SNDMORE: number = 2;

// What the package can do.
export const ZMQ_CAN_MONITOR: number = 1;
export const ZMQ_CAN_DISCONNECT: number = 1;
export const ZMQ_CAN_UNBIND: number = 1;
export const ZMQ_CAN_SET_CTX: number = 1;

// The states of a socket.
export const STATE_READY: number = 0;
export const STATE_BUSY: number = 1;
export const STATE_CLOSED: number = 2;
