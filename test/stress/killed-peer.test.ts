import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Context, SocketType } from 'rzmq';
import { Child } from '../support/child.js';
import { ownAddress } from '../support/loopback.js';

const peer = (...args: string[]) => new Child<string>('children/peer.mjs', import.meta.url, { args });

describe('a peer is killed under load, without a word', () => {
  let context: Context;

  beforeEach(() => {
    context = new Context({ defaults: { linger: 0 } });
  });

  afterEach(() => context.term());

  test('a PULL goes on with the next sender, and never sees half a message', async () => {
    const pull = context.socket(SocketType.Pull);
    const endpoint = await pull.bind('tcp://127.0.0.1:*');
    let killed: Child<string> | undefined;
    for (const name of ['first', 'second', 'third']) {
      const sender = peer('send', endpoint, name);
      // What is still queued from the one that was killed comes first, and is whole.
      for (let received = 0, last = -1; received < 1000; ) {
        const frames = await pull.recvMultipart();
        expect(frames.map(({ size }) => size)).toEqual([frames[0]?.size, expect.any(Number), 1000]);
        if (String(frames[0]) !== name) continue;
        const number = Number(String(frames[1]));
        expect(number).toBe(last + 1);
        last = number;
        received++;
      }
      await killed?.kill();
      killed = sender;
      await sender.kill();
    }
    expect(pull.closed).toBe(false);
  });

  test('a PUSH connects again when a successor binds the same port', async () => {
    const push = context.socket(SocketType.Push, { reconnectInterval: 1 });
    let receiver = peer('receive', `tcp://${ownAddress()}:*`);
    const endpoint = await receiver.next();
    await push.connect(endpoint);
    let sending = true;
    const load = (async () => {
      for (let n = 0; sending; n++) await push.send([String(n), 'x'.repeat(1000)]);
    })();
    for (let lives = 0; lives < 3; lives++) {
      // In the middle of the stream, or nothing would be under load.
      expect(await receiver.next()).toBe('busy');
      await receiver.kill();
      receiver = peer('receive', endpoint);
      expect(await receiver.next()).toBe(endpoint);
    }
    expect(await receiver.next()).toBe('busy');
    sending = false;
    await load;
    await receiver.kill();
  });
});
