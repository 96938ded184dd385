import type { RawPeers } from '../../support/spec-raw-peer.js';
import { digest, type FrameSpec, toBytes } from '../content.mjs';
import type { Options, PeerSocket } from '../peer.js';
import type { SteeredProxy } from '../proxies.js';
import type { WireTap } from '../wire-tap.js';

/** The transport that a behaviour is tried over. */
export type Transport = 'tcp' | 'ipc';

/** Something that libzmq does on the wire or in time, as a script of two roles and what is seen of it. */
export interface Behaviour {
  /** The option or the rule, then what it does. */
  readonly name: string;
  /** tcp, if nothing is said. */
  readonly transports?: readonly Transport[];
  /** One role where the other side is made of bytes, or is not there. */
  readonly roles?: 1 | 2;
  /** What libzmq was seen to do; a function says it for each transport. Every pairing is held to it, two of libzmq too. */
  readonly seen: unknown;
  /** Where we do something else on purpose, as the first role or as either of them: what, and why. */
  readonly weDiffer?: { readonly as: 'first' | 'either'; readonly seen: unknown; readonly because: string };
  /** Why libzmq cannot be the role: what its binding has no way to do. */
  readonly notLibzmq?: { readonly first?: string; readonly second?: string };
  /** Plays it, and answers what was seen. */
  play(stage: Stage): Promise<unknown>;
}

/** One side of a behaviour: makes sockets of one of the two libraries, which are gone when it is over. */
export interface Role {
  socket(type: string, options?: Options): Promise<PeerSocket>;
  /** A socket whose events are recorded, and that `vanish` ends. */
  watched(type: string, options?: Options): Promise<PeerSocket>;
  /** Ends the watched sockets as a crash would. Later ones are of a new process. */
  vanish(): Promise<void>;
  /** A proxy between sockets of these types, with a PUSH as its capture, and a control, a PAIR if nothing is said. */
  proxy(frontend: string, backend: string, control?: string): Promise<SteeredProxy>;
}

/** Where a behaviour is played. */
export interface Stage {
  readonly a: Role;
  readonly b: Role;
  readonly transport: Transport;
  /** To bind to: nobody else has it. */
  endpoint(): string;
  /** To connect to before somebody binds to it. */
  vacant(): Promise<string>;
  /** Peers that speak bytes. */
  readonly raw: RawPeers;
  /** Something between a tcp endpoint and who connects to it that listens. */
  tap(endpoint: string): Promise<WireTap>;
}

/** For what takes time by its nature, and for what is not to happen. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A message as text: its frames with a bar between them, unprintable bytes as `<00>`, long frames by their size. */
export function text(message: readonly string[] | undefined): string {
  if (message === undefined) return 'nothing';
  return message
    .map((frame) => {
      if (/^\d+ bytes/.test(frame)) return frame.slice(0, frame.indexOf(','));
      // The name that a ROUTER or STREAM gives to a peer without one is random.
      if (/^00.{8}$/.test(frame)) return 'made up';
      return [...Buffer.from(frame, 'hex')]
        .map((byte) =>
          byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `<${byte.toString(16).padStart(2, '0')}>`,
        )
        .join('');
    })
    .join('|');
}

/** The next message, as text. */
export async function heard(socket: PeerSocket): Promise<string> {
  return text(await socket.recv());
}

/** The next `count` messages, as text. */
export async function heardAll(socket: PeerSocket, count: number): Promise<string[]> {
  const all: string[] = [];
  while (all.length < count) all.push(await heard(socket));
  return all;
}

/** Sends one after the other, each of one frame unless it is a list. */
export async function say(
  socket: PeerSocket,
  ...messages: readonly (FrameSpec | readonly FrameSpec[])[]
): Promise<void> {
  for (const message of messages) await socket.send(Array.isArray(message) ? message : [message as FrameSpec]);
}

/** Sends until somebody receives it: for what nothing tells when it is in effect. The surplus is received too. */
export async function sayUntilHeard(
  send: (frame: FrameSpec) => Promise<unknown>,
  recv: () => Promise<string>,
): Promise<void> {
  let done = false;
  const first = recv().finally(() => {
    done = true;
  });
  // More and more seldom: it piles up before a process that stands still.
  for (let wait = 5; !done; wait = Math.min(2 * wait, 200)) {
    await send('try');
    await Promise.race([first, pause(wait)]);
  }
  await first;
  await send('go');
  while ((await recv()) !== digest(toBytes('go'))) {
    // What was tried too often.
  }
}
