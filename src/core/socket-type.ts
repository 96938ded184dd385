/** The socket types, by the names of the specification; the values are the names on the wire. */
export const SocketType = {
  Pair: 'PAIR',
  Pub: 'PUB',
  Sub: 'SUB',
  Req: 'REQ',
  Rep: 'REP',
  Dealer: 'DEALER',
  Router: 'ROUTER',
  Pull: 'PULL',
  Push: 'PUSH',
  XPub: 'XPUB',
  XSub: 'XSUB',
  Stream: 'STREAM',
  Server: 'SERVER',
  Client: 'CLIENT',
  Radio: 'RADIO',
  Dish: 'DISH',
  Gather: 'GATHER',
  Scatter: 'SCATTER',
  Peer: 'PEER',
  Channel: 'CHANNEL',
} as const;

/** The name of a socket type as it stands on the wire: one of ours, or that of a pattern that a module adds. */
export type SocketTypeName = string;

/** The socket types that this package has. */
export type SocketType = (typeof SocketType)[keyof typeof SocketType];

/** libzmq's numbers (ZMQ_TYPE). */
export const SOCKET_TYPE_NUMBER: Readonly<Record<SocketType, number>> = {
  PAIR: 0,
  PUB: 1,
  SUB: 2,
  REQ: 3,
  REP: 4,
  DEALER: 5,
  ROUTER: 6,
  PULL: 7,
  PUSH: 8,
  XPUB: 9,
  XSUB: 10,
  STREAM: 11,
  SERVER: 12,
  CLIENT: 13,
  RADIO: 14,
  DISH: 15,
  GATHER: 16,
  SCATTER: 17,
  PEER: 19,
  CHANNEL: 20,
};

/** Which peers each type may talk to (RFC 28 to 31, 41, 48, 49, 51 and 52). */
const PEERS: Readonly<Record<SocketType, readonly string[]>> = {
  PAIR: ['PAIR'],
  PUB: ['SUB', 'XSUB'],
  SUB: ['PUB', 'XPUB'],
  REQ: ['REP', 'ROUTER'],
  REP: ['REQ', 'DEALER'],
  DEALER: ['REP', 'DEALER', 'ROUTER'],
  ROUTER: ['REQ', 'DEALER', 'ROUTER'],
  PULL: ['PUSH'],
  PUSH: ['PULL'],
  XPUB: ['SUB', 'XSUB'],
  XSUB: ['PUB', 'XPUB'],
  // Any TCP peer: nothing tells what it is.
  STREAM: [],
  SERVER: ['CLIENT'],
  CLIENT: ['SERVER'],
  RADIO: ['DISH'],
  DISH: ['RADIO'],
  GATHER: ['SCATTER'],
  SCATTER: ['GATHER'],
  PEER: ['PEER'],
  CHANNEL: ['CHANNEL'],
};

/** The types whose messages have one frame: libzmq's thread-safe ones (ZMQ_THREAD_SAFE). */
const SINGLE_FRAME: readonly SocketTypeName[] = [
  'SERVER',
  'CLIENT',
  'RADIO',
  'DISH',
  'GATHER',
  'SCATTER',
  'PEER',
  'CHANNEL',
];

/** True for a type whose messages have one frame. */
export function hasSingleFrames(type: SocketTypeName): boolean {
  return SINGLE_FRAME.includes(type);
}

/** The socket types that ZMQ_CONFLATE means something to; the others have it and do not act on it, as in libzmq. */
const CONFLATES: readonly SocketTypeName[] = ['DEALER', 'PULL', 'PUSH', 'PUB', 'SUB'];

/** True for a type whose pipes keep one message under ZMQ_CONFLATE. */
export function conflates(type: SocketTypeName): boolean {
  return CONFLATES.includes(type);
}

/** True for a type that peers subscribe to. A type that a module added may be one. */
export function isPublisher(type: SocketTypeName): boolean {
  return type === SocketType.Pub || type === SocketType.XPub || !(type in PEERS);
}

/** True when the two may talk. A type that a module added decides nothing here: it may talk to anybody. */
export function mayTalk(own: SocketTypeName, peer: SocketTypeName): boolean {
  const peers = (PEERS as Readonly<Record<string, readonly string[] | undefined>>)[own];
  return peers === undefined || peers.includes(peer);
}
