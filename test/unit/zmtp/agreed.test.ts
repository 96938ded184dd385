import { describe, expect, it } from '@jest/globals';
import { verifiedTogether } from '../../../src/core/properties.js';
import { ready } from '../../support/naive-zmtp.js';
import { TestMachine, type TestMachineOptions } from '../../support/test-machine.js';

const NULL = { mechanism: 'NULL', subscriptions: 'messages' } as const;
const NONE = { mechanism: undefined, subscriptions: 'messages' } as const;
const identity = Buffer.from('0003796f75', 'hex');
const hello = Buffer.from('00026869', 'hex');

function started(options: TestMachineOptions): TestMachine {
  return new TestMachine({ handshakeInterval: 100, ...options }).start();
}

describe('a machine whose transport has agreed with the peer', () => {
  it('sends no greeting, and awaits none: the handshake of the mechanism comes first', () => {
    const test = started({ agreed: NULL });
    expect(test.sink.takeWritten().toString('latin1', 3, 8)).toBe('READY');
    test.feed(ready('DEALER'));
    test.feed(hello);
    expect([test.machine.ready, test.delivered]).toEqual([true, ['6869']]);
  });

  it('with no mechanism: each side sends its routing id, and that is the handshake', () => {
    const test = started({ agreed: NONE, routingId: 'me', socketType: 'ROUTER' });
    expect(test.sink.takeWritten().toString('hex')).toBe('00026d65');
    test.feed(identity);
    test.feed(hello);
    expect([String(test.sink.peers[0]?.routingId), test.delivered]).toEqual(['you', ['6869']]);
  });

  it.each([
    ['ALLOW_ZMTP2 is off', { allowZmtp2: false }],
    ['there is a ZAP domain', { zapDomain: 'global' }],
  ])('refuses a peer without a mechanism where %s', (_, options) => {
    const test = started({ agreed: NONE, ...options });
    expect(test.verdict).toBe('ProtocolViolation EPROTO fatal');
    expect(test.sink.takeWritten()).toHaveLength(0);
  });

  it('refuses another mechanism than that of the socket', () => {
    expect(started({ agreed: { ...NULL, mechanism: 'PLAIN' } }).verdict).toBe('ProtocolViolation EPROTO fatal');
  });

  it('gives the handshake its time all the same', () => {
    const test = started({ agreed: NULL });
    test.advance(101);
    expect(test.verdict).toBe('Timeout ETIMEDOUT');
  });

  it('tells how large a frame may be, before the handshake and after it', () => {
    const test = started({ agreed: NULL, maxHandshakeSize: 500, maxMessageSize: 9000 });
    test.feed(ready('DEALER'));
    expect([test.sink.limits[0], test.sink.limits.at(-1)]).toEqual([500, 9000]);
  });

  it('asks the transport for a sign of life, where that can, and hears it', () => {
    const test = new TestMachine({ agreed: NULL, heartbeat: { interval: 10, timeout: 30 } });
    test.sink.pings = 0;
    test.start();
    test.feed(ready('DEALER'));
    test.sink.takeWritten();
    for (let i = 0; i < 5; i++) {
      test.advance(10);
      test.machine.onRead(0, test.now);
    }
    expect([test.sink.pings, test.verdict, test.sink.takeWritten().length]).toEqual([5, 'open', 0]);
    test.advance(50);
    expect(test.verdict).toBe('Timeout ETIMEDOUT');
  });
});

describe('what the transport has verified', () => {
  const properties = (entries: Record<string, string>) =>
    new Map(Object.entries(entries).map(([name, value]) => [name, Buffer.from(value)]));
  const text = (all: ReadonlyMap<string, Buffer> | undefined) =>
    all && Object.fromEntries([...all].map(([name, value]) => [name, String(value)]));

  it('is part of what is known of the peer', () => {
    const test = new TestMachine({ verified: properties({ 'user-id': 'alice', 'tls-subject': 'CN=alice' }) }).connect();
    const [peer] = test.sink.peers;
    expect([peer?.userId, peer?.get('Tls-Subject')]).toEqual(['alice', 'CN=alice']);
  });

  it('goes behind what the mechanism has verified, whose empty user id is none', () => {
    const transport = properties({ 'user-id': 'tls', both: 'tls', one: 'tls' });
    const expected = { 'user-id': 'zap', both: 'zap', one: 'tls' };
    expect(text(verifiedTogether(transport, properties({ 'user-id': 'zap', both: 'zap' })))).toEqual(expected);
    expect(text(verifiedTogether(transport, properties({ 'user-id': '' })))).toMatchObject({ 'user-id': 'tls' });
    expect(text(verifiedTogether(transport, undefined))).toEqual(text(transport));
    expect(text(verifiedTogether(undefined, properties({ a: 'b' })))).toEqual({ a: 'b' });
    expect(verifiedTogether(undefined, undefined)).toBeUndefined();
  });
});
