import { constants } from 'node:buffer';
import type { MachineConfig } from './machine-contract.js';

/** A limit that is none; every negative number is. */
const NO_LIMIT = -1;

/** The lower one of two limits. */
function lower(a: number, b: number): number {
  if (a < 0) return b;
  return b < 0 ? a : Math.min(a, b);
}

/**
 * The largest frame that is accepted. Until the handshake is complete a stranger gets little memory.
 *
 * @param due `traffic`, or the largest command that the mechanism waits for, if it says
 */
export function whichSize(config: MachineConfig, due: 'traffic' | number | undefined): number {
  if (due === 'traffic') return config.maxMessageSize;
  return lower(due ?? NO_LIMIT, lower(config.maxMessageSize, config.maxHandshakeSize));
}

/**
 * Which limit a frame exceeds, in words.
 *
 * @param due `traffic`, or the largest command that the mechanism waits for, if it says
 */
export function whichLimit(size: number, config: MachineConfig, due: 'traffic' | number | undefined): string {
  const { maxMessageSize, maxHandshakeSize, maxCommandSize } = config;
  if (maxMessageSize >= 0 && size > maxMessageSize) return ` (ZMQ_MAXMSGSIZE is ${maxMessageSize})`;
  if (typeof due === 'number' && size > due) return ` (what is due has at most ${due} bytes)`;
  if (due !== 'traffic') return ` (MAX_HANDSHAKE_SIZE is ${maxHandshakeSize})`;
  return maxCommandSize < 0 || size > constants.MAX_LENGTH ? '' : ` (MAX_COMMAND_SIZE is ${maxCommandSize})`;
}
