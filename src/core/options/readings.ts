/** What can be read of a socket beside its settings; asked of the socket at that moment, never kept. */
export interface SocketOptionReadings {
  /** ZMQ_TYPE: libzmq's number of the socket type; -1 for a type that libzmq does not have. */
  readonly type: number;
  /** ZMQ_LAST_ENDPOINT: the endpoint of the last `bind`, as it really is, or of the last `connect`; first empty. */
  readonly lastEndpoint: string;
  /** ZMQ_EVENTS: 1 when a message can be received, 2 when one can be sent, 3 for both. */
  readonly events: number;
  /** ZMQ_RCVMORE: whether the frame that was received last has more frames of its message after it. */
  readonly receiveMore: boolean;
  /** ZMQ_MECHANISM: the security mechanism: 0 is NULL, 1 PLAIN, 2 CURVE. */
  readonly securityMechanism: number;
  /** ZMQ_THREAD_SAFE: true for the types whose messages have one frame: CLIENT, SERVER, RADIO, DISH, … */
  readonly threadSafe: boolean;
  /** ZMQ_TOPICS_COUNT: distinct topics: own ones (SUB, XSUB), or those of all peers (PUB, XPUB). */
  readonly topicsCount: number;
}
