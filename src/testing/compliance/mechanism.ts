import { type Clause, inRealTime } from './clause.js';
import { type MechanismClauses, MechanismGround, type MechanismSubject } from './mechanism-ground.js';
import { handshakeClauses } from './mechanism-handshakes.js';
import { securityClauses } from './mechanism-security.js';

/**
 * What an `IMechanismFactory` and its `IMechanism`s have to keep, one clause for each sentence of their contract. Where
 * `strangers` are given, they must not get in; where it `protects`, what is sealed must open and what was changed must not.
 */
export function mechanismCompliance(subject: MechanismSubject): Clause[] {
  const { drive = inRealTime } = subject;
  const clauses: MechanismClauses = { ...handshakeClauses, ...securityClauses(subject) };
  return Object.entries(clauses).map(([title, body]) => ({
    title,
    run: async () => {
      const ground = new MechanismGround(subject);
      try {
        await drive(async () => {
          await body(ground);
        });
      } finally {
        // Also when the clause hangs: a program that tries the kit has to come to its end.
        for (const context of ground.contexts) context.shutdown();
      }
    },
  }));
}
