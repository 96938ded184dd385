import { describe, expect, it } from '@jest/globals';
import { changedOptions } from '../../../src/core/options/changed.js';
import type { SocketOptionsInit } from '../../../src/core/options/inputs.js';
import { SocketOptions } from '../../../src/core/options/socket-options.js';
import { OPTIONS } from '../../../src/core/options/table.js';
import { SocketType } from '../../../src/core/socket-type.js';

function changed(type: string, init: SocketOptionsInit): Readonly<Record<string, unknown>> {
  return changedOptions(new SocketOptions(type, {}, init).values, type);
}

describe('changedOptions', () => {
  it.each(Object.values(SocketType))('shows nothing of a new %s', (type) => {
    expect(changed(type, {})).toEqual({});
  });

  it('shows what was set to something else than the default, and only that', () => {
    expect(changed('ROUTER', { linger: -1, sendHighWaterMark: 5, mandatory: true, ipv6: false })).toEqual({
      sendHighWaterMark: 5,
      mandatory: true,
    });
  });

  it('shows routing ids as text where they are, else in hexadecimal, and address filters', () => {
    expect(changed('DEALER', { routingId: 'me', tcpAcceptFilter: ['10.0.0.0/8'] })).toEqual({
      routingId: 'me',
      tcpAcceptFilter: ['10.0.0.0/8'],
    });
    expect(changed('DEALER', { routingId: Buffer.from([1, 2]) })).toEqual({ routingId: '0x0102' });
  });

  it('shows of metadata the names', () => {
    expect(changed('PUSH', { metadata: ['X-Token:sesame', 'X-b:c'] })).toEqual({ metadata: ['X-Token', 'X-b'] });
  });

  it('shows of no other text or bytes more than the size, whichever options there are', () => {
    const harmless = ['routingId', 'connectRoutingId', 'interface'];
    for (const { property, kind, role, support, rule, types, secret: hidden } of OPTIONS) {
      if (role !== 'value' || !support.honoured || harmless.includes(property)) continue;
      if (rule.form !== 'length' && rule.form !== 'key') continue;
      const size = rule.form === 'key' ? 32 : Math.min(rule.max, 7);
      const secret = kind === 'string' ? 's'.repeat(size) : Buffer.alloc(size, 's');
      const type = types === 'all' ? 'ROUTER' : (types[0] as string);
      const shown = changed(type, { [property]: secret })[property];
      expect([property, shown]).toEqual([
        property,
        hidden === true ? '<secret>' : expect.stringMatching(/^(text of )?\d+ bytes$/),
      ]);
    }
  });
});
