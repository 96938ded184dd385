import { afterEach, describe, expect, test } from '@jest/globals';
import { Context } from 'rzmq';
import { freeEndpoint, PACKAGES, Program } from './packages.js';

afterEach(() => Program.killAll());

describe('the process ends, or stays, as with zeromq.js', () => {
  test.each([
    ['idle', 'begins\n'],
    ['bound', 'begins\n'],
    ['connected', 'begins\n'],
    ['queued without linger', 'begins\n'],
    ['receiving', 'begins\nEAGAIN\n'],
    ['out of turn', 'begins\nEAGAIN\n'],
    ['sending', 'begins\nEAGAIN\n'],
    ['observing', 'begins\nend\n'],
  ])('%s', async (role, output) => {
    for (const on of PACKAGES) {
      const ended = await new Program('exit.mjs', on, role, 'tcp://127.0.0.1:1').ended();
      // zeromq.js warns of queues on stderr.
      expect([on, ended.status, ended.output.replace('EFSM', 'EAGAIN')]).toEqual([on, 0, output]);
    }
  });

  test.each([
    ['queued', 'from a queue'],
    ['queued and closed', 'from a closed socket'],
  ])('%s: the message arrives before the end', async (role, text) => {
    const context = new Context();
    try {
      for (const on of PACKAGES) {
        const endpoint = await freeEndpoint();
        const program = new Program('exit.mjs', on, role, endpoint);
        await program.said('begins');
        const pull = context.socket('PULL');
        await pull.bind(endpoint);
        expect([on, (await pull.recv()).toString()]).toEqual([on, text]);
        expect((await program.ended()).status).toBe(0);
        await pull.close();
      }
    } finally {
      await context.term();
    }
  });
});
