import { afterEach, describe, expect, test } from '@jest/globals';
import { Context, Msg, MsgFlags } from 'rzmq';

const contexts: Context[] = [];

async function pair(options: object = {}) {
  const context = new Context({ defaults: { linger: 0 } });
  contexts.push(context);
  const pull = context.socket('PULL');
  const push = context.socket('PUSH', options);
  return { context, pull, push, join: async () => push.connect(await pull.bind('inproc://partwise')) };
}

const more = (text: string): Msg => new Msg(text, MsgFlags.MORE);
const texts = (frames: Msg[]): string[] => frames.map(String);

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.term();
});

describe('a message that is sent frame by frame (ZMQ_SNDMORE)', () => {
  test('SHALL be taken as a whole: a last frame that was refused can be sent again', async () => {
    const { pull, push, join } = await pair({ sendTimeout: 0 });
    await push.send(more('head'));
    await expect(push.send(new Msg('tail'))).rejects.toMatchObject({ code: 'ResourceLimitReached' });
    await join();
    await push.send(new Msg('tail'));
    expect(texts(await pull.recvMultipart())).toEqual(['head', 'tail']);
  });

  test('SHALL be open again when the wait of its last frame was aborted', async () => {
    const { pull, push, join } = await pair();
    await push.send(more('head'));
    const abort = new AbortController();
    const waiting = push.send(new Msg('tail'), { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'Aborted' });
    await join();
    await push.send('other tail');
    expect(texts(await pull.recvMultipart())).toEqual(['head', 'other tail']);
  });

  test('SHALL be ended by any frame without MORE, and not be overtaken by a whole message', async () => {
    const { pull, push, join } = await pair();
    await join();
    await push.send(more('a'));
    await expect(push.send(['c', 'd'])).rejects.toMatchObject({ code: 'InvalidState', errno: 'EFSM' });
    await push.send('b');
    await push.send(['c', 'd']);
    expect(texts(await pull.recvMultipart())).toEqual(['a', 'b']);
    expect(texts(await pull.recvMultipart())).toEqual(['c', 'd']);
  });

  test('SHALL work with trySend too', async () => {
    const { pull, push, join } = await pair();
    expect([push.trySend(more('a')), push.trySend('b')]).toEqual([true, false]);
    await join();
    await push.send('b');
    expect(texts(await pull.recvMultipart())).toEqual(['a', 'b']);
  });

  test('SHALL be counted when the socket closes before its last frame', async () => {
    const { push, join } = await pair();
    await join();
    await push.send(more('a'));
    await push.close();
    expect(push.stats().dropped).toEqual({ unfinished: 1 });
  });
});
