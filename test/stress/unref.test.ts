import { describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';
import { ownAddress } from '../support/loopback.js';

/** The report of the program, which has to end by itself: with a time-out of a minute on everything, it otherwise hangs. */
const run = (scenario: string, endpoint = `tcp://${ownAddress()}:*`) =>
  runChild('children/unref.mjs', import.meta.url, { args: [scenario, endpoint] });

describe('a socket that does not keep the process alive', () => {
  test.each(['bound', 'before', 'connected', 'retrying', 'connecting', 'handshaking', 'waiting', 'later'])(
    '%s: the process ends',
    async (scenario) => {
      expect(await run(scenario)).toBe('over');
    },
  );

  test.each(['bound', 'connected', 'retrying', 'connecting'])('%s over ipc: the process ends', async (scenario) => {
    expect(await run(scenario, 'ipc')).toBe('over');
  });

  test('after ref() the process stays alive', async () => {
    expect(await run('ref')).toBe('alive');
    expect(await run('refOne')).toBe('alive');
  });

  test('who closes it waits for what may linger', async () => {
    expect(await run('close')).toEqual([0, { linger: 1 }]);
  });
});
