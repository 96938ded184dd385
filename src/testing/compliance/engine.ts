import type { Clause } from './clause.js';
import { commonClauses, frameClauses, messageClauses, streamClauses } from './engine-clauses.js';
import { EngineGround, type EngineSubject } from './engine-ground.js';

/**
 * What an `IEngineFactory` and its `IEngine`s have to keep, one clause for each sentence of their contract. Two of them talk
 * over the simulated network, in virtual time.
 */
export function engineCompliance(subject: EngineSubject): Clause[] {
  const { kind = 'stream', keepsMessages = true, keepsFrames = keepsMessages } = subject;
  const clauses = {
    ...commonClauses,
    ...(keepsMessages ? messageClauses : {}),
    ...(keepsFrames ? frameClauses : {}),
    ...(kind === 'stream' ? streamClauses : {}),
  };
  return Object.entries(clauses).map(([title, body]) => ({
    title,
    run: async () => {
      const ground = new EngineGround(subject);
      try {
        await ground.world.run(() => body(ground));
      } finally {
        ground.world.clock.stop();
      }
    },
  }));
}
