import { createRequire } from 'node:module';

/** The version of this package. */
export const version: string = (createRequire(import.meta.url)('../../package.json') as { version: string }).version;

/** The version of ZMTP that this package speaks first; it also speaks to peers of version 3.0. */
export const zmtpVersion: string = '3.1';

/** The version of this package as numbers, as zmq_version gives them. */
export function zmqVersion(): { readonly major: number; readonly minor: number; readonly patch: number } {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.+-]/).map(Number);
  return { major, minor, patch };
}
