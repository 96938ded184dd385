import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Context, SocketType } from 'rzmq';
import { ownAddress } from '../support/loopback.js';
import { until } from '../support/turns.js';

const TIMES = 100;
const ipc = `ipc://${join(tmpdir(), `rzmq-rebind-${process.pid}`)}`;

describe.each([
  ['tcp', `tcp://${ownAddress()}:*`],
  ['ipc', ipc],
  ['inproc', 'inproc://a'],
])('the same %s address is bound 100 times in a row', (_scheme, first) => {
  let context: Context;

  beforeEach(() => {
    context = new Context({ defaults: { linger: 0 } });
  });

  afterEach(() => context.term());

  test('by one socket, with unbind', async () => {
    const pull = context.socket(SocketType.Pull);
    const endpoint = await pull.bind(first);
    for (let n = 0; n < TIMES; n++) {
      await pull.unbind(endpoint);
      expect(await pull.bind(endpoint)).toBe(endpoint);
    }
  });

  test('by another socket each time, after close, while a peer is connected', async () => {
    let endpoint = first;
    for (let n = 0; n < TIMES; n++) {
      const pull = context.socket(SocketType.Pull);
      const push = context.socket(SocketType.Push);
      endpoint = await pull.bind(endpoint);
      await push.connect(endpoint);
      await push.send(String(n));
      expect(String(await pull.recv())).toBe(String(n));
      await pull.close();
      void push.close();
    }
  });

  test('by one after the other, and the same peer comes back each time', async () => {
    const push = context.socket(SocketType.Push, { reconnectInterval: 1 });
    let pull = context.socket(SocketType.Pull);
    const endpoint = await pull.bind(first);
    // Inside the process an ended connection is not made again: the peer says so anew.
    const again = first.startsWith('inproc');
    await push.connect(endpoint);
    for (let n = 0; n < TIMES; n++) {
      await push.send(String(n));
      expect(String(await pull.recv())).toBe(String(n));
      await pull.close();
      // What is sent before it has noticed is on its way to the one that is gone.
      await until(() => push.stats().peers === 0);
      pull = context.socket(SocketType.Pull);
      await pull.bind(endpoint);
      if (again) await push.connect(endpoint);
    }
  });
});
