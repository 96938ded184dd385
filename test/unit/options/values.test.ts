import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { defaultValues } from '../../../src/core/options/defaults.js';
import { SocketOptions } from '../../../src/core/options/socket-options.js';
import { SocketType } from '../../../src/core/socket-type.js';

/** False for an object that V8 keeps as a hash table, which is many times slower to read. */
const hasFastProperties = ((): ((object: object) => boolean) => {
  setFlagsFromString('--allow-natives-syntax');
  const ask = runInThisContext('(object) => %HasFastProperties(object)') as (object: object) => boolean;
  // Compiled at its first call, and the syntax is known only until the next line.
  ask({});
  setFlagsFromString('--no-allow-natives-syntax');
  return ask;
})();

describe('the settings of a socket as plain data', () => {
  it('has the defaults of libzmq', () => {
    expect(defaultValues('DEALER')).toMatchObject({
      routingId: Buffer.alloc(0),
      linger: -1,
      sendHighWaterMark: 1000,
      receiveHighWaterMark: 1000,
      sendTimeout: -1,
      receiveTimeout: -1,
      maxMessageSize: -1,
      immediate: false,
      backlog: 100,
      reconnectInterval: 100,
      reconnectMaxInterval: 0,
      handshakeInterval: 30000,
      heartbeatInterval: 0,
      heartbeatTimeout: -1,
      connectTimeout: 0,
      ipv6: false,
      tcpKeepalive: -1,
    });
  });

  it('lingers not at all on SUB, XSUB and DISH, as libzmq', () => {
    for (const type of Object.values(SocketType)) {
      expect(defaultValues(type).linger).toBe(type === 'SUB' || type === 'XSUB' || type === 'DISH' ? 0 : -1);
    }
  });

  it('has the same properties in the same order for every type, and after every change', () => {
    const keys = Object.keys(defaultValues('PAIR'));
    for (const type of Object.values(SocketType)) expect(Object.keys(defaultValues(type))).toEqual(keys);
    const options = new SocketOptions('ROUTER', { linger: 5 }, { connectRoutingId: 'x', maxMessageSize: 2 ** 40 });
    expect(Object.keys(options.values)).toEqual(keys);
    expect(Object.keys(options.snapshot())).toEqual(keys);
  });

  it('stays fast to read', () => {
    const options = new SocketOptions('ROUTER', { linger: 5 }, { connectRoutingId: 'x', maxMessageSize: 2 ** 40 });
    expect(hasFastProperties(options.values)).toBe(true);
    expect(hasFastProperties(options.snapshot())).toBe(true);
  });
});
