import { type Clause, inRealTime } from './clause.js';
import { conversationClauses } from './transport-conversations.js';
import { directClauses } from './transport-direct.js';
import { endpointClauses } from './transport-endpoints.js';
import { TransportGround, type TransportSubject } from './transport-ground.js';
import { streamClauses } from './transport-streams.js';

/**
 * What an `ITransport` has to keep, one clause for each sentence of its contract:
 *
 * ```ts
 * describe('my transport', () => {
 *   for (const { title, run } of transportCompliance({ create, endpoint })) it(title, run);
 * });
 * ```
 */
export function transportCompliance(subject: TransportSubject): Clause[] {
  const { kind = 'stream', drive = inRealTime } = subject;
  const connections = kind === 'stream' ? streamClauses : directClauses;
  return Object.entries({ ...endpointClauses(subject), ...connections, ...conversationClauses }).map(
    ([title, body]) => ({
      title,
      run: async () => {
        const ground = new TransportGround(subject);
        try {
          await drive(async () => {
            await body(ground);
            await ground.end();
          });
        } finally {
          // Also when the clause hangs: a program that tries the kit has to come to its end.
          await ground.end().catch(() => undefined);
          await subject.done?.();
        }
      },
    }),
  );
}
