import type { ITransport } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';

/** The transports of one Context, by scheme. Made once, eagerly, so that two for one scheme are found at start-up. */
export class TransportRegistry {
  private readonly byScheme: Map<string, ITransport> = new Map();

  public constructor(transports: readonly ITransport[]) {
    for (const transport of transports) {
      for (const scheme of transport.schemes) {
        if (this.byScheme.has(scheme)) {
          throw new ZmqError(
            'InvalidArgument',
            `Two transports serve the scheme "${scheme}": bind only one ITransport for it, or rebind the first.`,
          );
        }
        this.byScheme.set(scheme, transport);
      }
    }
  }

  /** All schemes, in the order in which their transports were given. */
  public get schemes(): string[] {
    return [...this.byScheme.keys()];
  }

  /** The transport of a scheme. Throws UnsupportedTransport when there is none; schemes are case-sensitive. */
  public get(scheme: string): ITransport {
    const transport = this.byScheme.get(scheme);
    if (transport !== undefined) return transport;
    const lowerCase = this.byScheme.has(scheme.toLowerCase()) ? ' Schemes are written in lower case.' : '';
    throw new ZmqError(
      'UnsupportedTransport',
      `There is no transport for "${scheme}://": this Context knows ${this.schemes.join(', ') || 'none'}.${lowerCase}`,
    );
  }
}
