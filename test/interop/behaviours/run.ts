import { isDeepStrictEqual } from 'node:util';
import type { Behaviour, Transport } from './behaviour.js';
import { type Library, Theatre } from './stage.js';

/** One behaviour with these libraries in its roles. */
export interface Play {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly cast: readonly [Library, Library];
  readonly transport: Transport;
}

export interface PlayResult {
  readonly play: Play;
  readonly milliseconds: number;
  /** Missing when what was seen is what libzmq does. */
  readonly error?: Error;
}

const CONCURRENCY = 4;
const LIBRARIES: readonly Library[] = ['ours', 'libzmq'];

function castsOf({ roles = 2, notLibzmq = {} }: Behaviour): readonly (readonly [Library, Library])[] {
  return LIBRARIES.flatMap((first) =>
    roles === 1 ? [[first, first] as const] : LIBRARIES.map((second) => [first, second] as const),
  ).filter(
    ([first, second]) =>
      (notLibzmq.first === undefined || first === 'ours') &&
      (roles === 1 || notLibzmq.second === undefined || second === 'ours'),
  );
}

/** Every behaviour in every pairing that can be, over each of its transports. */
export function playsOf(behaviours: readonly Behaviour[]): readonly Play[] {
  return behaviours.flatMap((behaviour) =>
    (behaviour.transports ?? ['tcp']).flatMap((transport) =>
      castsOf(behaviour).map((cast) => ({
        name: `${behaviour.name} (${behaviour.roles === 1 ? cast[0] : cast.join(' with ')}, ${transport})`,
        behaviour,
        cast,
        transport,
      })),
    ),
  );
}

/** What cannot be played by libzmq, or is not the same with us, and why. */
export function remarks(behaviours: readonly Behaviour[]): readonly string[] {
  return behaviours.flatMap(({ name, notLibzmq = {}, weDiffer }) => [
    ...Object.entries(notLibzmq).map(([role, why]) => `not played by libzmq as the ${role}: ${name}: ${why}`),
    ...(weDiffer === undefined ? [] : [`other than libzmq on purpose: ${name}: ${weDiffer.because}`]),
  ]);
}

/** Plays them, several side by side, and answers the results in their order. `report` is called as each one ends. */
export async function playAll(
  plays: readonly Play[],
  report: (result: PlayResult) => void = () => {},
): Promise<PlayResult[]> {
  const theatre = await Theatre.open();
  const results: PlayResult[] = [];
  const queue = plays.entries();
  const worker = async () => {
    for (const [index, play] of queue) {
      const result = await playOne(theatre, play);
      results[index] = result;
      report(result);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  } finally {
    await theatre.close();
  }
  return results;
}

function expectedOf({ behaviour: { seen, weDiffer }, cast, transport }: Play): unknown {
  if (weDiffer !== undefined && (weDiffer.as === 'first' ? [cast[0]] : cast).includes('ours')) return weDiffer.seen;
  return typeof seen === 'function' ? (seen as (transport: Transport) => unknown)(transport) : seen;
}

async function playOne(theatre: Theatre, play: Play): Promise<PlayResult> {
  const start = performance.now();
  const { behaviour, cast, transport } = play;
  let error: Error | undefined;
  try {
    const seen = await theatre.play(cast, transport, (stage) => behaviour.play(stage));
    const expected = expectedOf(play);
    if (!isDeepStrictEqual(seen, expected)) {
      error = new Error(`seen was ${JSON.stringify(seen)} instead of ${JSON.stringify(expected)}`);
    }
  } catch (cause) {
    error = new Error((cause as { message?: string }).message ?? String(cause), { cause });
  }
  const milliseconds = performance.now() - start;
  return error === undefined ? { play, milliseconds } : { play, milliseconds, error };
}
