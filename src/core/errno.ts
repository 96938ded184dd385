import { getSystemErrorMap } from 'node:util';

/** ZMQ_HAUSNUMERO: where libzmq's own error numbers begin. */
const HAUSNUMERO = 156384712;

/** EINPROGRESS, which Node does not tell. */
const IN_PROGRESS: Readonly<Partial<Record<NodeJS.Platform, number>>> = { linux: 115, android: 115, win32: 112 };

/** The platform's numbers by name, and those that only libzmq has. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...[...getSystemErrorMap()].map(([number, [name]]): [string, number] => [name, -number]),
  ['EINPROGRESS', IN_PROGRESS[process.platform] ?? 36],
  ['EFSM', HAUSNUMERO + 51],
  ['ENOCOMPATPROTO', HAUSNUMERO + 52],
  ['ETERM', HAUSNUMERO + 53],
  ['EMTHREAD', HAUSNUMERO + 54],
]);

/** The number of an errno name, as libzmq gives it (`"EADDRINUSE"`: 98 on Linux); 0 for a name that nobody knows. */
export function errnoNumber(name: string): number {
  return NUMBERS.get(name) ?? 0;
}
