import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Context, proxy } from 'rzmq';
import { type FrameSpec, expected as seen } from './content.mjs';
import { LibzmqProcess, type LibzmqSocket } from './libzmq.js';

describe('our proxy between peers of libzmq', () => {
  let libzmq: LibzmqProcess;
  let context: Context;
  let theirs: LibzmqSocket[];

  beforeAll(async () => {
    libzmq = await LibzmqProcess.start();
  });

  beforeEach(() => {
    context = new Context({ defaults: { linger: 0 } });
    theirs = [];
  });

  afterEach(async () => {
    for (const socket of theirs) await socket.close();
    await context.term();
  });

  afterAll(() => libzmq.kill());

  async function their(type: string, endpoint: string): Promise<LibzmqSocket> {
    const socket = await libzmq.socket(type);
    theirs.push(socket);
    await socket.connect(endpoint);
    return socket;
  }

  const frames = (...content: FrameSpec[]) => content.map(seen);

  it('passes requests and replies, and answers a REQ at its control', async () => {
    const [router, dealer, control] = [context.socket('ROUTER'), context.socket('DEALER'), context.socket('REP')];
    const client = await their('REQ', await router.bind('tcp://127.0.0.1:0'));
    const worker = await their('REP', await dealer.bind('tcp://127.0.0.1:0'));
    const steer = await their('REQ', await control.bind('tcp://127.0.0.1:0'));
    const running = proxy(router, dealer, { control });
    await client.send(['a', 'question']);
    expect(await worker.recv()).toEqual(frames('a', 'question'));
    await worker.send(['answered']);
    expect(await client.recv()).toEqual(frames('answered'));
    await steer.send(['STATISTICS']);
    expect(await steer.recv()).toHaveLength(8);
    await steer.send(['PAUSE']);
    expect(await steer.recv()).toEqual(frames(''));
    expect(running.state).toBe('paused');
    await steer.send(['TERMINATE']);
    expect(await steer.recv()).toEqual(frames(''));
    expect((await running.ended).reason).toBe('terminated');
  });

  it('passes subscriptions up and messages down, and waits for the subscriber', async () => {
    const [xsub, xpub, pub] = [context.socket('XSUB'), context.socket('XPUB'), context.socket('PUB')];
    await xsub.connect(await pub.bind('tcp://127.0.0.1:0'));
    const running = proxy(xsub, xpub);
    const sub = await their('SUB', await xpub.bind('tcp://127.0.0.1:0'));
    await sub.subscribe('topic');
    await pub.waitForSubscriber('topic.1');
    await pub.send(['topic.1', 'text']);
    expect(await sub.recv()).toEqual(frames('topic.1', 'text'));
    await running.terminate();
  });
});
