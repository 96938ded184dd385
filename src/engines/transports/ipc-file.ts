import { lstatSync, mkdtempSync, renameSync, rmdirSync, rmSync, statSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:net';
import { dirname, join } from 'node:path';
import { fromNodeError, ZmqError } from '../../core/errors.js';

/**
 * Clears the place where a socket is to be bound. As in libzmq whatever file is there is removed, even the socket of a
 * listener that is alive: the newcomer takes the path over. Only a directory is left alone (AddrInUse).
 */
export function clearPath(path: string, endpoint: string): void {
  try {
    // bind() itself would report a missing directory as EACCES: libuv says it that way.
    statSync(dirname(path));
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw isDirectory(endpoint);
    unlinkSync(path);
  } catch (error) {
    const failure = fromNodeError(error, `Cannot bind ${endpoint}`, endpoint);
    if (failure.errno === 'ENOENT' && exists(dirname(path))) return;
    throw failure;
  }
}

/** `ipc://*`: a path in a new directory that only this user may enter. */
export function makeTemporaryPath(environment: NodeJS.ProcessEnv, endpoint: string): string {
  const { TMPDIR, TEMPDIR, TMP } = environment;
  try {
    const parent = [TMPDIR, TEMPDIR, TMP].find((candidate) => candidate !== undefined && exists(candidate)) ?? '';
    return join(mkdtempSync(join(parent, 'tmp')), 'socket');
  } catch (error) {
    throw fromNodeError(error, `Cannot make a directory for ${endpoint}`, endpoint);
  }
}

/** Removes what `makeTemporaryPath` made. What else somebody put there stays, and the directory with it. */
export function removeTemporaryPath(path: string): void {
  try {
    rmSync(path, { force: true });
    rmdirSync(dirname(path));
  } catch {
    // Not empty, gone already, or not ours to change any more.
  }
}

/** Which file a path led to. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
}

/** Which file is at `path` now; `undefined` when there is none that we can see. */
export function fileAt(path: string): FileIdentity | undefined {
  try {
    const { dev, ino } = lstatSync(path);
    return { device: dev, inode: ino };
  } catch {
    return undefined;
  }
}

/**
 * Closes a server that is bound to `path`. Node removes the file of that name while it closes, whosever it is by then:
 * if a later binder has taken the path over, its file is moved aside for that moment.
 */
export function closeAtPath(server: Server, path: string, own: FileIdentity | undefined): void {
  const now = fileAt(path);
  const taken = now !== undefined && (now.inode !== own?.inode || now.device !== own.device);
  const aside = `${path}.${process.pid}`;
  const moved = taken && move(path, aside);
  server.close();
  if (moved) move(aside, path);
}

/** False when it could not be: then the file is gone, or this user may not remove it either. */
function move(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isDirectory(endpoint: string): ZmqError {
  return new ZmqError('AddrInUse', `Cannot bind ${endpoint}: there is a directory of that name.`, { endpoint });
}
