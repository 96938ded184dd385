import { describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';

interface Report {
  readonly inOrder: boolean;
  readonly peak: { readonly sockets: number; readonly servers: number };
  readonly before: { readonly resources: string[]; readonly listeners: Record<string, number> };
  readonly closed: string[];
  readonly after: Report['before'];
}

const run = (scheme: string) =>
  runChild<Report>('children/many-sockets.mjs', import.meta.url, { args: [scheme, 1000] });

describe('1,000 sockets, each bound or connected, talk and close', () => {
  test.each([
    ['tcp', { sockets: 1000, servers: 500 }],
    // Node counts the listening pipes as pipes too.
    ['ipc', { sockets: 1500, servers: 0 }],
    ['inproc', { sockets: 0, servers: 0 }],
  ])('over %s, and leave no handle, no timer and no listener behind', async (scheme, peak) => {
    const report = await run(scheme);
    expect(report.inOrder).toBe(true);
    expect(report.peak).toEqual(peak);
    // Before the Context terminates: `close` alone is enough.
    expect(report.closed).toEqual(report.before.resources);
    expect(report.after).toEqual(report.before);
  });
});
