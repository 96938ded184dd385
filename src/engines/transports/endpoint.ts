import type { ParsedEndpoint } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';

const SEPARATOR = '://';

/**
 * Splits `scheme://address` at the first `://`. Throws InvalidEndpoint when that is not what `text` is.
 * Whether the scheme is known is for the registry to say, whether the address is right for its transport.
 */
export function parseEndpoint(text: unknown): ParsedEndpoint {
  if (typeof text !== 'string') {
    throw new ZmqError(
      'InvalidEndpoint',
      `An endpoint is a string such as "tcp://127.0.0.1:5555", not ${typeof text}.`,
    );
  }
  const at = text.indexOf(SEPARATOR);
  const scheme = text.slice(0, Math.max(at, 0));
  const address = at < 0 ? '' : text.slice(at + SEPARATOR.length);
  if (scheme === '' || address === '') {
    throw new ZmqError(
      'InvalidEndpoint',
      `Cannot use ${JSON.stringify(text)} as an endpoint: expected "scheme://address", such as ` +
        `"tcp://127.0.0.1:5555", "ipc:///tmp/feed" or "inproc://jobs".`,
      { endpoint: text },
    );
  }
  return { scheme, address, endpoint: text };
}

/** The error for an endpoint whose text is wrong: what is wrong with it, and what would be right. */
export function invalidEndpoint({ endpoint }: ParsedEndpoint, problem: string, errno?: string): ZmqError {
  return new ZmqError('InvalidEndpoint', `Cannot use ${JSON.stringify(endpoint)}: ${problem}`, { endpoint, errno });
}
