import { existsSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Socket, type SocketTypeName, ZmqError } from 'rzmq';
import { rejected } from '../support/spec-errors.js';
import { receive, useGround } from '../support/spec-ground.js';
import { INPROC, IPC, TCP } from '../support/spec-transports.js';

/** What a call throws. */
function thrown(call: () => unknown): ZmqError {
  try {
    call();
  } catch (error) {
    if (error instanceof ZmqError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

describe('bindSync, connectSync, unbindSync, disconnectSync', () => {
  const ground = useGround();
  const socket = (type: SocketTypeName): Socket => {
    const made: unknown = ground.socket(type as 'PAIR');
    if (made instanceof Socket) return made;
    throw new Error('the Context made another socket');
  };

  describe.each([TCP, IPC, INPROC])('over $name', (transport) => {
    test('SHALL be done when they return', async () => {
      const [pull, push] = [socket('PULL'), socket('PUSH')];
      const endpoint = pull.bindSync(transport.endpoint());
      expect([pull.lastEndpoint, endpoint.endsWith(':0')]).toEqual([endpoint, false]);
      push.connectSync(endpoint);
      expect([push.lastEndpoint, push.writable, push.trySend('first')]).toEqual([endpoint, true, true]);
      expect(await receive(pull)).toEqual(['first']);
      pull.unbindSync(endpoint);
      const another = socket('PULL');
      expect(another.bindSync(endpoint)).toBe(endpoint);
      push.disconnectSync(endpoint);
      expect(push.writable).toBe(false);
    });

    test('SHALL throw what the others reject with', async () => {
      const [first, second] = [socket('PULL'), socket('PULL')];
      const taken = transport === IPC ? `ipc://${process.cwd()}` : first.bindSync(transport.endpoint());
      expect(thrown(() => second.bindSync(taken))).toMatchObject({ code: 'AddrInUse', errno: 'EADDRINUSE' });
      // Nothing is said once more in a later turn, and the socket goes on.
      await new Promise((resolve) => setImmediate(resolve));
      expect(second.bindSync(transport.endpoint())).toMatch(/^(tcp|ipc|inproc):/);
      expect(thrown(() => second.unbindSync('inproc://nobody')).code).toBe('EndpointNotFound');
      expect(thrown(() => second.disconnectSync('inproc://nobody')).code).toBe('EndpointNotFound');
    });

    test('SHALL be the same to peers as bind: connections that come are served', async () => {
      const [rep, req] = [socket('REP'), socket('REQ')];
      const endpoint = rep.bindSync(transport.endpoint());
      req.connectSync(endpoint);
      await req.send('question');
      expect(await receive(rep)).toEqual(['question']);
      await rep.send('answer');
      expect(await receive(req)).toEqual(['answer']);
    });
  });

  test('what was asked before SHALL come before', async () => {
    const pair = socket('PAIR');
    const before = pair.bind('inproc://before');
    expect(pair.bindSync('inproc://after')).toBe('inproc://after');
    expect(thrown(() => pair.bindSync('inproc://before')).code).toBe('AddrInUse');
    await before;
  });

  test('a ROUTER SHALL have its peer under the given name at once', async () => {
    const [router, dealer] = [socket('ROUTER'), socket('DEALER')];
    const endpoint = dealer.bindSync('tcp://127.0.0.1:0');
    router.options.mandatory = true;
    router.connectSync(endpoint, { routingId: 'there' });
    expect(router.options.connectRoutingId).toBe(null);
    await router.send(['there', 'hello']);
    expect(await receive(dealer)).toEqual(['hello']);
  });

  test('a name that has to be looked up SHALL be refused, localhost is known', () => {
    const pull = socket('PULL');
    expect(thrown(() => pull.bindSync('tcp://name.invalid:0'))).toMatchObject({
      code: 'UnsupportedFeature',
      errno: 'ENOTSUP',
    });
    expect(pull.bindSync('tcp://localhost:0')).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    expect(thrown(() => pull.bindSync('tcp://192.0.2.1:0')).errno).toBe('EADDRNOTAVAIL');
  });

  test('ipc SHALL take any path, abstract names and new ones, and leave nothing there', async () => {
    const pull = socket('PULL');
    const anywhere = pull.bindSync('ipc://*');
    const path = anywhere.slice('ipc://'.length);
    expect(statSync(path).isSocket()).toBe(true);
    pull.unbindSync(anywhere);
    expect(existsSync(path)).toBe(false);
    const nowhere = 'ipc:///no/such/directory/socket';
    const { errno } = await rejected(pull.bind(nowhere), 'IoError', 'ENOENT');
    expect(thrown(() => pull.bindSync(nowhere)).errno).toBe(errno);
    if (process.platform === 'linux') {
      const name = `ipc://@rzmq-${process.pid}`;
      expect(pull.bindSync(name)).toBe(name);
      expect(thrown(() => socket('PULL').bindSync(name)).code).toBe('AddrInUse');
    }
  });

  test('a closed socket SHALL refuse them', async () => {
    const pull = socket('PULL');
    await pull.close();
    for (const call of ['bindSync', 'unbindSync', 'connectSync', 'disconnectSync'] as const) {
      expect(thrown(() => pull[call]('inproc://x')).code).toBe('SocketClosed');
    }
  });

  test('a listener of the same socket SHALL be told to await', () => {
    const pull = socket('PULL');
    const heard: string[] = [];
    pull.events.once('bind', () => heard.push(thrown(() => pull.connectSync('inproc://x')).code));
    pull.bindSync('inproc://y');
    expect(heard).toEqual(['InvalidState']);
  });
});
