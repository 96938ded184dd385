import { ZmqError } from '../../plugin.js';

/**
 * Throws InvalidArgument for settings that are no object, or have something that is not known: an `admits` that is spelt
 * wrong would let everybody in.
 */
export function requireSettings(settings: unknown, of: string, known: readonly string[], advice = ''): void {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    const kind = settings === null ? 'null' : Array.isArray(settings) ? 'an array' : typeof settings;
    throw new ZmqError('InvalidArgument', `The settings of ${of} are an object, not ${kind}.`);
  }
  const unknown = Object.keys(settings).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ZmqError('InvalidArgument', `${of} has no setting "${unknown}": it has ${known.join(', ')}.${advice}`);
}

/** The same for {@link TlsSettings}. */
export function requireTlsSettings(settings: unknown, of: string): void {
  const advice = ' What node:tls takes goes into one of them.';
  requireSettings(settings, of, ['server', 'client'], advice);
}
