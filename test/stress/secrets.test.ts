import { describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';

interface Report {
  /** Of each form of each secret: whether it is a string of the heap, and whether it was shown. */
  readonly found: readonly (readonly [inHeap: boolean, shown: boolean])[];
  readonly control: boolean;
  readonly left: string[];
}

describe('secret keys and passwords', () => {
  test('are in no string of the process, and nothing that can be shown shows them', async () => {
    const { found, control, left } = await runChild<Report>('children/secrets.mjs', import.meta.url);
    expect(control).toBe(true);
    expect(found).toHaveLength(10);
    expect(found.flat()).not.toContain(true);
    expect(left).toEqual([]);
  });
});
