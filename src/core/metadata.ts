/**
 * What is known of the peer that a message came from: its address, its socket type, its routing id and the
 * properties of its READY command. One object per connection, shared by all of its messages; it never changes.
 */
export class Metadata {
  /** The peer's socket type as it said it (`"DEALER"`), or `undefined` when it did not. */
  public readonly socketType: string | undefined;
  /** The routing id that the peer announced (ZMQ_ROUTING_ID); empty when it has none. */
  public readonly routingId: Buffer;
  /** The peer's address: `"127.0.0.1:34567"` for tcp, empty where the transport knows none. */
  public readonly address: string;
  private readonly properties: ReadonlyMap<string, Buffer>;

  /** @param properties by lower-case name: property names are compared without case (RFC 37). */
  public constructor(address: string, properties: ReadonlyMap<string, Buffer>) {
    this.address = address;
    this.properties = properties;
    this.socketType = properties.get('socket-type')?.toString('latin1');
    this.routingId = properties.get('identity') ?? Buffer.alloc(0);
  }

  /** A property as text, by its name in any case, or `undefined`. `Peer-Address` is answered too. */
  public get(name: string): string | undefined {
    if (name.toLowerCase() === 'peer-address') return this.address;
    return this.properties.get(name.toLowerCase())?.toString('utf8');
  }

  /** True when the peer sent a property of that name (in any case). */
  public has(name: string): boolean {
    return name.toLowerCase() === 'peer-address' || this.properties.has(name.toLowerCase());
  }

  /** The names of all received properties, in lower case, in the order in which they came. */
  public names(): string[] {
    return [...this.properties.keys()];
  }
}
