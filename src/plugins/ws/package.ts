import { createRequire } from 'node:module';
import type * as Ws from 'ws';
import { type SocketOptionValues, ZmqError } from '../../plugin.js';

export type WsPackage = typeof Ws;

/** The package `ws`, which only those install who use this plugin. */
export function loadWs(): WsPackage {
  try {
    return createRequire(import.meta.url)('ws') as WsPackage;
  } catch (cause) {
    throw new ZmqError('UnsupportedFeature', 'websocket() needs the package ws: npm install ws@8.', { cause });
  }
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
