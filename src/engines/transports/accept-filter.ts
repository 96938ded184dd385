import { ZmqError } from '../../core/errors.js';
import { type Cidr, cidrContains, parseCidr } from '../../core/options/cidr.js';

/** ZMQ_TCP_ACCEPT_FILTER: the networks that peers may come from. An empty list admits everybody. Made before the socket listens. */
export class AcceptFilter {
  private readonly networks: readonly Cidr[];

  /** @param networks CIDR text; throws InvalidOptionValue for one that is none. */
  public constructor(networks: readonly string[]) {
    this.networks = networks.map((text) => {
      const network = parseCidr(text);
      if (network !== undefined) return network;
      throw new ZmqError(
        'InvalidOptionValue',
        `tcpAcceptFilter: ${JSON.stringify(text)} is no network; write 10.0.0.0/8, 192.168.1.7 or fd00::/8.`,
      );
    });
  }

  /** The error of a connection that is not admitted to that endpoint; `undefined` for one that is. */
  public refusal(peer: string, endpoint: string): ZmqError | undefined {
    if (this.admits(peer)) return undefined;
    return new ZmqError(
      'PermissionDenied',
      `A connection from ${peer || 'a peer that is gone'} to ${endpoint} was closed: tcpAcceptFilter does not admit it.`,
      { endpoint },
    );
  }

  /** True when a peer of that address may connect. An IPv4 address in IPv6 form is matched as IPv4. */
  public admits(address: string): boolean {
    return this.networks.length === 0 || this.networks.some((network) => cidrContains(network, address));
  }
}
