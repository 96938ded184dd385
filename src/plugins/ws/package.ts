import { createRequire } from 'node:module';
import type * as Ws from 'ws';
import { type SocketOptionValues, ZmqError } from '../../plugin.js';

export type WsPackage = typeof Ws;

/** The first version in which a peer can be held to its limits: fragments, and PINGs whose answers it does not read. */
const LEAST_MINOR = 23;

/** The package `ws`, which only those install who use this plugin. */
export function loadWs(load: (name: string) => unknown = createRequire(import.meta.url)): WsPackage {
  let ws: unknown;
  let version: string;
  try {
    ws = load('ws');
    ({ version } = load('ws/package.json') as { readonly version: string });
  } catch (cause) {
    throw new ZmqError('UnsupportedFeature', 'websocket() needs the package ws: npm install ws@8.', { cause });
  }
  const [major, minor] = version.split('.').map(Number) as [number, number];
  if (major === 8 && minor >= LEAST_MINOR) return ws as WsPackage;
  const what = `websocket() needs the package ws in version 8.${LEAST_MINOR} or a later 8, and found ${version}: npm install ws@8.`;
  throw new ZmqError('UnsupportedFeature', what);
}

/** How long the other side may take to answer a close frame. */
const CLOSE_GRACE_MS = 1000;

/** The largest message that `ws` can be told to take. */
const LARGEST_MESSAGE = 0x7fffffff;

/**
 * What a WebSocket is told on both sides. Messages are not compressed (what is compressed beside a secret can betray it) and
 * not fragmented (ZWS has one frame in one message).
 */
export function webSocketOptions({
  maxMessageSize,
}: Readonly<SocketOptionValues>): Ws.ClientOptions & Ws.ServerOptions {
  const most = maxMessageSize < 0 ? LARGEST_MESSAGE : Math.min(maxMessageSize + 1, LARGEST_MESSAGE);
  const own = { closeTimeout: CLOSE_GRACE_MS, maxFragments: 1 };
  return { ...own, maxPayload: most, perMessageDeflate: false, skipUTF8Validation: true };
}
