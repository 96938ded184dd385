import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as zmq from 'rzmq/compat/v5';

// What is the same as in zeromq/v5-compat is tried by programs/v5.mjs. The proxy is not: there, it stops now and then.

describe('proxies of versions 4 and 5', () => {
  const open: zmq.Socket[] = [];
  const socket = (type: zmq.SocketType): zmq.Socket => {
    const made = zmq.createSocket(type, { linger: 0 });
    open.push(made);
    return made;
  };

  afterEach(() => {
    for (const each of open.splice(0)) each.close();
  });

  test.each([
    ['router', 'dealer'],
    ['xrep', 'xreq'],
  ] as const)('%s and %s: requests and answers, which are copied without their envelope', async (front, back) => {
    const [router, dealer, worker, client] = [socket(front), socket(back), socket('rep'), socket('req')];
    const [capture, listener] = [socket('push'), socket('pull')];
    for (const [one, other] of [
      [router, client],
      [dealer, worker],
      [listener, capture],
    ] as const) {
      one.bindSync('tcp://127.0.0.1:*');
      other.connect(one.last_endpoint);
    }
    zmq.proxy(router, dealer, capture);
    worker.on('message', (question: Buffer) => worker.send(`answer to ${question.toString()}`));
    const copied = once(listener, 'message');
    client.send('question');
    expect((await once(client, 'message')).map(String)).toEqual(['answer to question']);
    expect((await copied).map(String)).toEqual(['answer to question']);
  });

  test('pull and push: a stream; others are refused', async () => {
    const [pull, push, source, sink] = [socket('pull'), socket('push'), socket('push'), socket('pull')];
    pull.bindSync('inproc://v5-in');
    push.bindSync('inproc://v5-out');
    source.connect('inproc://v5-in');
    sink.connect('inproc://v5-out');
    zmq.proxy(pull, push);
    source.send(['two', 'frames']);
    expect((await once(sink, 'message')).map(String)).toEqual(['two', 'frames']);
    expect(() => zmq.proxy(source, sink)).not.toThrow();
    expect(() => zmq.proxy(sink, sink)).toThrow('no proxy between a pull and a pull');
  });
});
