import type { IRandom } from './contracts/random.js';
import type { ZmqError } from './errors.js';
import type { SocketOptionValues } from './options/values.js';

/** Bits of ZMQ_RECONNECT_STOP. */
export const ReconnectStop = {
  CONN_REFUSED: 1,
  HANDSHAKE_FAILED: 2,
  AFTER_DISCONNECT: 4,
} as const;

/** What ended: an attempt to connect, a handshake, or an established connection. */
export type ConnectionStage = 'connect' | 'handshake' | 'traffic';

/**
 * How long to wait before the next attempt, in ms; `undefined`: there is none.
 *
 * The base is ZMQ_RECONNECT_IVL with a jitter below one interval, so that a thousand clients do not come back in one
 * moment. With ZMQ_RECONNECT_IVL_MAX it doubles with each failed attempt to connect, up to that bound.
 *
 * @param attempt how many attempts to connect have failed in a row before this one.
 */
export function reconnectDelay(
  attempt: number,
  options: Readonly<SocketOptionValues>,
  random: IRandom,
): number | undefined {
  const { reconnectInterval: base, reconnectMaxInterval: bound } = options;
  if (base <= 0) return undefined;
  const jitter = random.below(base);
  if (bound === 0) return base + jitter;
  if (bound <= base) return bound;
  // 2^30 intervals are beyond every bound; without the limit the factor would overflow.
  return Math.min(bound, base * 2 ** Math.min(attempt, 30) + jitter);
}

/** What ipc says when nobody listens: the file is there and nobody behind it, or there is no file. */
const NOBODY_THERE: readonly (string | undefined)[] = ['ECONNREFUSED', 'ENOENT'];

/**
 * True when there is no point in another attempt: the peer or we broke the protocol, or the user asked to stop
 * (ZMQ_RECONNECT_STOP).
 *
 * @param leaving `disconnect` or `close` was called, and messages still wait for the peer.
 */
export function isFinal(
  stage: ConnectionStage,
  error: ZmqError | undefined,
  options: Readonly<SocketOptionValues>,
  leaving: boolean,
): boolean {
  if (error?.fatal === true) return true;
  const stop = options.reconnectStop;
  if (stage === 'handshake') return (stop & ReconnectStop.HANDSHAKE_FAILED) !== 0;
  if (stage !== 'connect') return false;
  if (error?.errno === 'ECONNREFUSED' && (stop & ReconnectStop.CONN_REFUSED) !== 0) return true;
  return leaving && NOBODY_THERE.includes(error?.errno) && (stop & ReconnectStop.AFTER_DISCONNECT) !== 0;
}
