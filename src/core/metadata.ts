const NOTHING: ReadonlyMap<string, Buffer> = new Map();

/** The name of the verified user in ZAP's replies and in what libzmq tells of a message. */
const USER_ID = 'user-id';

/** What a transport with TLS says of a certificate; nobody can say it of himself. */
const OF_TLS = 'tls-';

/**
 * What is known of the peer that a message came from: its address, its socket type, its routing id, the properties of its
 * READY command, and what was verified of it. One object per connection, shared by all of its messages and events; it
 * never changes.
 */
export class Metadata {
  /** The peer's socket type as it said it (`"DEALER"`), or `undefined` when it did not. */
  public readonly socketType: string | undefined;
  /** The routing id that the peer announced (ZMQ_ROUTING_ID); empty when it has none. Anybody can announce any. */
  public readonly routingId: Buffer;
  /** The peer's address: `"127.0.0.1:34567"` for tcp, empty where the transport knows none. */
  public readonly address: string;
  /**
   * Who the peer is, where authentication found that out (the user id of ZAP); `undefined` otherwise. Never what the peer
   * merely said.
   */
  public readonly userId: string | undefined;
  private readonly properties: ReadonlyMap<string, Buffer>;
  private readonly verified: ReadonlyMap<string, Buffer>;

  /**
   * @param properties what the peer said, by lower-case name: property names are compared without case (RFC 37)
   * @param verified what authentication found out, by lower-case name
   */
  public constructor(
    address: string,
    properties: ReadonlyMap<string, Buffer>,
    verified: ReadonlyMap<string, Buffer> = NOTHING,
  ) {
    this.address = address;
    this.properties = properties;
    this.verified = verified;
    this.socketType = properties.get('socket-type')?.toString('latin1');
    this.routingId = properties.get('identity') ?? Buffer.alloc(0);
    this.userId = verified.get(USER_ID)?.toString('utf8');
  }

  /**
   * A property as text, by its name in any case, or `undefined`. What is verified comes before what the peer said, and
   * `User-Id`, and what begins with `Tls-`, is only answered when it is verified. `Peer-Address` and `Routing-Id` are answered too. (zmq_msg_gets)
   */
  public get(name: string): string | undefined {
    return this.find(name.toLowerCase())?.toString('utf8');
  }

  /** True when `get` has an answer. */
  public has(name: string): boolean {
    return this.find(name.toLowerCase()) !== undefined;
  }

  /** The names of all properties that the peer sent, in lower case, in the order in which they came. */
  public names(): string[] {
    return [...this.properties.keys()];
  }

  /** For logs: who the peer is, without its properties. A routing id that is no plain text comes in hexadecimal. */
  public toJSON(): PeerFacts {
    const { address, socketType, routingId, userId } = this;
    return {
      address,
      ...(socketType === undefined ? {} : { socketType }),
      ...(routingId.length === 0 ? {} : { routingId: readable(routingId) }),
      ...(userId === undefined ? {} : { userId }),
    };
  }

  private find(name: string): string | Buffer | undefined {
    if (name === 'peer-address') return this.address;
    if (name === 'routing-id') return this.properties.get('identity');
    return (
      this.verified.get(name) ?? (name === USER_ID || name.startsWith(OF_TLS) ? undefined : this.properties.get(name))
    );
  }
}

/** A peer as plain data. */
export interface PeerFacts {
  readonly address: string;
  readonly socketType?: string;
  readonly routingId?: string;
  readonly userId?: string;
}

/** A name of bytes as people read it: as text where it is plain, else in hexadecimal. */
export function readable(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return /^[\x21-\x7e]*$/.test(text) ? text : `0x${bytes.toString('hex')}`;
}
