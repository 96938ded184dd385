import { tmpdir } from 'node:os';
import type { ContextModule } from 'rzmq';
import { tls } from 'rzmq/tls';
import { websocket } from 'rzmq/ws';
import { ONE_SIDED } from './certificates.js';
import { ownAddress } from './loopback.js';

/** A transport that a clause is tried over. */
export interface TransportCase {
  readonly name: 'tcp' | 'ipc' | 'inproc' | 'ws' | 'tls';
  /** An endpoint to bind to that nobody else has. The real one is what `bind` resolves with. */
  endpoint(): string;
}

let used = 0;

/** A path for an ipc endpoint, short enough for every platform. */
export function ipcPath(): string {
  return `${tmpdir()}/rz${process.pid}-${++used}`;
}

export const TCP: TransportCase = { name: 'tcp', endpoint: () => `tcp://${ownAddress()}:0` };
export const IPC: TransportCase = { name: 'ipc', endpoint: () => `ipc://${ipcPath()}` };
export const INPROC: TransportCase = { name: 'inproc', endpoint: () => `inproc://name-${++used}` };

export const WS: TransportCase = { name: 'ws', endpoint: () => `ws://${ownAddress()}:0` };
export const TLS: TransportCase = { name: 'tls', endpoint: () => `tls://${ownAddress()}:0` };

/** What a Context needs for those of them that are plugins. */
export const PLUGINS: readonly ContextModule[] = [
  websocket(),
  tls({ ...ONE_SIDED, client: { ...ONE_SIDED.client, servername: 'localhost' } }),
];

/** Every transport: a pattern is the same over all of them. */
export const TRANSPORTS: readonly TransportCase[] = [TCP, IPC, INPROC, WS, TLS];

/** Those that have connections of bytes: they queue on the way, and connect again. */
export const STREAMS: readonly TransportCase[] = [TCP, IPC];
