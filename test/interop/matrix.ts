import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Conversation,
  dealerRep,
  dealerRouter,
  duplex,
  type MakeMessage,
  namedRouters,
  pipeline,
  pubSub,
  reqRep,
  reqRouter,
  routerRouter,
} from './conversations.js';
import type { Options, PeerSocket, Side } from './peer.js';
import { type Security, securities } from './security.js';

interface Pair {
  /** The two types, in the order in which the conversation takes them. */
  readonly types: readonly [string, string];
  readonly talk: Conversation;
  /** False where messages go from the first to the second only. */
  readonly bothWays: boolean;
  readonly options?: readonly [Options, Options];
}

/** Every pair that libzmq lets talk (RFC 28 to 31). */
const pairs: readonly Pair[] = [
  { types: ['PAIR', 'PAIR'], talk: duplex, bothWays: true },
  { types: ['PUB', 'SUB'], talk: pubSub, bothWays: false },
  { types: ['PUB', 'XSUB'], talk: pubSub, bothWays: false },
  { types: ['XPUB', 'SUB'], talk: pubSub, bothWays: false },
  { types: ['XPUB', 'XSUB'], talk: pubSub, bothWays: true },
  { types: ['REQ', 'REP'], talk: reqRep, bothWays: true },
  { types: ['REQ', 'ROUTER'], talk: reqRouter, bothWays: true },
  { types: ['DEALER', 'REP'], talk: dealerRep, bothWays: true },
  { types: ['DEALER', 'DEALER'], talk: duplex, bothWays: true },
  { types: ['DEALER', 'ROUTER'], talk: dealerRouter, bothWays: true },
  { types: ['ROUTER', 'ROUTER'], talk: routerRouter, bothWays: true, options: namedRouters },
  { types: ['PUSH', 'PULL'], talk: pipeline, bothWays: false },
];

interface Transport {
  readonly name: string;
  /** An endpoint to bind that no other cell uses. */
  readonly endpoint: (home: string, cell: number) => string;
}

const transports: readonly Transport[] = [
  { name: 'tcp', endpoint: () => 'tcp://127.0.0.1:0' },
  { name: 'ipc', endpoint: (home, cell) => `ipc://${join(home, String(cell))}` },
];

const binders = [
  { name: 'we-bind', weBind: true },
  { name: 'they-bind', weBind: false },
] as const;

interface Message {
  readonly name: string;
  readonly make: MakeMessage;
}

const messages: readonly Message[] = [
  { name: 'one frame', make: (seed) => [`hello ${seed}`] },
  { name: 'multipart with empty frames', make: (seed) => ['', `body ${seed}`, '', { seed, size: 70 }, ''] },
  { name: '300B', make: (seed) => [{ seed, size: 300 }] },
  { name: '100KB', make: (seed) => [{ seed, size: 100_000 }] },
  { name: '5MB', make: (seed) => [{ seed, size: 5_000_000 }] },
];

/** One combination. In the name the left type is ours, and the arrow says which way messages go. */
export interface Cell {
  readonly name: string;
  readonly number: number;
  readonly pair: Pair;
  /** True when the first type of the pair is ours. */
  readonly weAreFirst: boolean;
  readonly transport: Transport;
  readonly weBind: boolean;
  readonly message: Message;
  /** Who binds is the server of the mechanism. */
  readonly security: Security;
}

/**
 * A REQ of libzmq that is the server of a mechanism drops its peer when the reply comes, also with libzmq on the other side.
 */
function impossible({ pair, weAreFirst, weBind, security }: Omit<Cell, 'name' | 'number'>): boolean {
  const theirs = pair.types[weAreFirst ? 1 : 0];
  return theirs === 'REQ' && !weBind && security.name !== 'NULL';
}

export const cells: readonly Cell[] = roles()
  .flatMap(({ pair, weAreFirst }) =>
    transports.flatMap((transport) =>
      binders.flatMap(({ name: binder, weBind }) =>
        messages.flatMap((message) =>
          securities.map((security) => ({
            name: `${title(pair, weAreFirst)} ${transport.name} ${binder} ${message.name} ${security.name}`,
            number: 0,
            pair,
            weAreFirst,
            transport,
            weBind,
            message,
            security,
          })),
        ),
      ),
    ),
  )
  .filter((cell) => !impossible(cell))
  .map((cell, number) => ({ ...cell, number }));

/** Each pair twice, with us in either role, unless both roles are the same. */
function roles(): { pair: Pair; weAreFirst: boolean }[] {
  return pairs.flatMap((pair) => [
    { pair, weAreFirst: true },
    ...(pair.types[0] === pair.types[1] ? [] : [{ pair, weAreFirst: false }]),
  ]);
}

function title({ types: [first, second], bothWays }: Pair, weAreFirst: boolean): string {
  if (bothWays) return weAreFirst ? `${first}↔${second}` : `${second}↔${first}`;
  return weAreFirst ? `${first}→${second}` : `${second}←${first}`;
}

export interface Result {
  readonly cell: Cell;
  readonly milliseconds: number;
  /** Missing when the cell passed. */
  readonly error?: Error;
}

/** So many cells run side by side: enough to hide the waiting, few enough to keep 5 MB messages out of the deadline. */
const CONCURRENCY = 6;
/** A few seconds are normal. When everything fails, there is no use in waiting for each cell in turn. */
export const MATRIX_DEADLINE_MS = 600_000;
const CELL_DEADLINE_MS = 40_000;
const CLOSE_DEADLINE_MS = 20_000;

/** Runs cells and returns their results in the order of the cells. `report` is called as each one ends. */
export async function runMatrix(
  ours: Side,
  theirs: Side,
  chosen: readonly Cell[] = cells,
  report: (result: Result) => void = () => {},
): Promise<Result[]> {
  // Short: the path of a local socket has 107 bytes at most.
  const home = mkdtempSync(join(tmpdir(), 'rzmq-'));
  const results: Result[] = [];
  const queue = chosen.entries();
  const end = performance.now() + MATRIX_DEADLINE_MS;
  const worker = async () => {
    for (const [index, cell] of queue) {
      const result = performance.now() < end ? await runCell(cell, ours, theirs, home) : notRun(cell);
      results[index] = result;
      report(result);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return results;
}

function notRun(cell: Cell): Result {
  return { cell, milliseconds: 0, error: new Error(`not run: the cells before took ${MATRIX_DEADLINE_MS / 1000} s`) };
}

async function runCell(cell: Cell, ours: Side, theirs: Side, home: string): Promise<Result> {
  const start = performance.now();
  const open: PeerSocket[] = [];
  let missing = '';
  const step = async <T>(what: string, promise: Promise<T>): Promise<T> => {
    missing = what;
    return await promise;
  };
  const failures: unknown[] = [];
  try {
    await within(CELL_DEADLINE_MS, () => missing, converse(cell, ours, theirs, home, open, step));
  } catch (error) {
    failures.push(error);
  }
  for (const socket of open) {
    try {
      await within(CLOSE_DEADLINE_MS, () => `close() of ${socket.type}`, socket.close());
    } catch (error) {
      failures.push(error);
    }
  }
  const milliseconds = performance.now() - start;
  if (failures.length === 0) return { cell, milliseconds };
  const logs = open
    .filter((_socket, index) => (index === 0) === cell.weAreFirst)
    .map(({ type, events }) => `our ${type} saw: ${events.toString()}`);
  return {
    cell,
    milliseconds,
    error: new Error([...failures.map(messageOf), ...logs].join('; '), { cause: failures[0] }),
  };
}

async function converse(
  { pair, weAreFirst, transport, weBind, message, security, number }: Cell,
  ours: Side,
  theirs: Side,
  home: string,
  open: PeerSocket[],
  step: Parameters<Conversation>[3],
): Promise<void> {
  const make = async (index: 0 | 1, side: Side) => {
    const binds = (weAreFirst === (index === 0)) === weBind;
    const options = { ...pair.options?.[index], ...(binds ? security.server : security.client) };
    const socket = await step(`a ${pair.types[index]} socket`, side.socket(pair.types[index], options));
    open.push(socket);
    return socket;
  };
  const first = await make(0, weAreFirst ? ours : theirs);
  const second = await make(1, weAreFirst ? theirs : ours);
  const [binder, connecter] = weAreFirst === weBind ? [first, second] : [second, first];
  const endpoint = await step('bind', binder.bind(transport.endpoint(home, number)));
  await step('connect', connecter.connect(endpoint));
  await pair.talk(first, second, message.make, step);
}

/** The promise, or an error that names what was missing when time was up. */
async function within<T>(milliseconds: number, missing: () => string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`still waiting after ${milliseconds / 1000} s for: ${missing()}`));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  return (error as { message?: string }).message ?? String(error);
}
