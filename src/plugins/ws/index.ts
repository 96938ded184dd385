/** `rzmq/ws`: ZeroMQ over WebSockets, `ws://` and `wss://`, on the package `ws`. Made of `rzmq/plugin`, as anybody's is. */
import {
  type ContextModule,
  contextModule,
  IClock,
  IMechanisms,
  IScheduler,
  ITcpSockets,
  ITransport,
} from '../../plugin.js';
import { loadWs } from './package.js';
import { requireWebSocketSettings, type WebSocketSettings } from './settings.js';
import { WsTransport } from './ws-transport.js';

export type { ContextModule } from '../../plugin.js';
export type { TlsSettings } from '../shared/secure.js';
export type { WebSocketSettings } from './settings.js';

/**
 * Adds `ws://host:port/path` and `wss://host:port/path` to a Context: ZWS 2.0 (RFC 45), with every mechanism and socket type
 * but STREAM. Addresses and options are those of tcp://; a path that is left out is `/`, and a bind to `/` takes every path.
 *
 * Needs the package `ws`, 8.23 or a later 8. Throws UnsupportedFeature when it is not installed, and
 * InvalidArgument for settings that it does not have.
 */
export function websocket(settings: WebSocketSettings = {}): ContextModule {
  requireWebSocketSettings(settings);
  const ws = loadWs();
  return contextModule(({ bind }) => {
    bind(ITransport)
      .toResolvedValue(
        (tcp: ITcpSockets, mechanisms: IMechanisms, clock: IClock, scheduler: IScheduler) =>
          new WsTransport(ws, settings, { tcp, mechanisms, clock, scheduler }),
        [ITcpSockets, IMechanisms, IClock, IScheduler],
      )
      .inSingletonScope();
  });
}
