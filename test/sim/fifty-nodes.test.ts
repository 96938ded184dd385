import { expect, it } from '@jest/globals';
import { fiftyNodes } from './fifty-nodes.js';

// `npm run sim` plays the whole hour, for which Jest takes ten times as long.
it('ten minutes of fifty nodes are the same ten minutes each time', async () => {
  const played = await fiftyNodes(1, 600_000);
  expect(played).toEqual(await fiftyNodes(1, 600_000));
  expect(played.lines).toBeGreaterThan(20_000);
  expect(played.answers).toBeGreaterThan(2000);
  expect(played.deaths).toBeGreaterThan(0);
});
