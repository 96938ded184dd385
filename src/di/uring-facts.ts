import { readFileSync } from 'node:fs';
import type { PlatformFacts } from '../engines/uring/capability-probe.js';
import { requireFromHere } from './require.js';

const PACKAGE = 'rzmq-uring';
/** Where the addon lies in a checkout: from src/di, dist/di and dist/bundle alike. An installed rzmq has no such folder. */
const IN_CHECKOUT = '../../native/index.cjs';

/** What the machine really is. Nothing is loaded before it is asked for. */
export function systemFacts(): PlatformFacts {
  const { platform } = process;
  return { platform, loadAddon, disabledBySysctl };
}

function loadAddon(): unknown {
  const require = requireFromHere();
  try {
    return require(PACKAGE) as unknown;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return require(IN_CHECKOUT) as unknown;
}

function isMissing(error: unknown): boolean {
  return (error as { code?: unknown } | null | undefined)?.code === 'MODULE_NOT_FOUND';
}

function disabledBySysctl(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/io_uring_disabled', 'utf8').trim();
  } catch {
    return undefined;
  }
}
