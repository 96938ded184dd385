/** `rzmq/tls`: ZMTP inside TLS, `tls://host:port`, on node:tls. Made of `rzmq/plugin`, as anybody's transport is. */
import { type ContextModule, contextModule, IClock, ITcpSockets, ITransport } from '../../plugin.js';
import { requireTlsSettings } from '../shared/known-settings.js';
import type { TlsSettings } from '../shared/secure.js';
import { TlsTransport } from './tls-transport.js';

export type { ContextModule } from '../../plugin.js';
export type { TlsSettings } from '../shared/secure.js';

/**
 * Adds `tls://host:port` to a Context. Addresses and options are those of tcp://. All sockets of the Context have the same
 * keys and certificates; another Context may have others.
 *
 * With mutual TLS (`requestCert` of the server) a message says who sent it: `frame.peer.userId` is the common name of the
 * certificate, and `frame.peer.get('tls-subject')` and `get('tls-fingerprint')` say more.
 *
 * Throws InvalidArgument for settings that it does not have.
 */
export function tls(settings: TlsSettings): ContextModule {
  requireTlsSettings(settings, 'tls()');
  return contextModule(({ bind }) => {
    bind(ITransport)
      .toResolvedValue(
        (tcp: ITcpSockets, clock: IClock) => new TlsTransport(tcp, clock, settings),
        [ITcpSockets, IClock],
      )
      .inSingletonScope();
  });
}
