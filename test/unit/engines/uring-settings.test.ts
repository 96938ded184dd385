import { describe, expect, it } from '@jest/globals';
import { defaultValues } from '../../../src/core/options/defaults.js';
import type { SocketOptionValues } from '../../../src/core/options/values.js';
import { socketSpec } from '../../../src/engines/uring/socket-settings.js';

const settingsOf = (changes: Partial<SocketOptionValues>, ipv6 = false): number[][] => {
  const { settings } = socketSpec({ ...defaultValues('PULL'), ...changes }, ipv6);
  return Array.from({ length: settings.length / 3 }, (_, index) => settings.slice(3 * index, 3 * index + 3));
};

/** Level, name and value of setsockopt, as `man 7 socket`, `man 7 tcp` and `man 7 ip` have them, in Linux's numbers. */
describe('how the sockets of the io_uring engine are set up', () => {
  it('with nothing but TCP_NODELAY, if nothing is asked for', () => {
    expect(settingsOf({})).toEqual([[6, 1, 1]]);
  });

  it.each<[string, Partial<SocketOptionValues>, number[][]]>([
    ['SNDBUF', { sendBufferSize: 65_536 }, [[1, 7, 65_536]]],
    ['RCVBUF', { receiveBufferSize: 0 }, [[1, 8, 0]]],
    ['TCP_KEEPALIVE', { tcpKeepalive: 0 }, [[1, 9, 0]]],
    ['TCP_KEEPALIVE_CNT, without keep-alive', { tcpKeepaliveCount: 3 }, []],
    [
      'TCP_KEEPALIVE_IDLE, TCP_KEEPALIVE_INTVL and TCP_KEEPALIVE_CNT',
      { tcpKeepalive: 1, tcpKeepaliveIdle: 60, tcpKeepaliveInterval: 5, tcpKeepaliveCount: 3 },
      [
        [1, 9, 1],
        [6, 4, 60],
        [6, 5, 5],
        [6, 6, 3],
      ],
    ],
    ['TCP_MAXRT', { tcpMaxRetransmitTimeout: 3000 }, [[6, 18, 3000]]],
    ['TOS', { typeOfService: 8 }, [[0, 1, 8]]],
    ['PRIORITY', { priority: 4 }, [[1, 12, 4]]],
    ['BUSY_POLL', { busyPoll: 50 }, [[1, 46, 50]]],
  ])('%s', (_name, changes, expected) => {
    expect(settingsOf(changes)).toEqual([[6, 1, 1], ...expected]);
  });

  it('TOS of IPv6 packets too, where there are any', () => {
    expect(settingsOf({ typeOfService: 8 }, true)).toContainEqual([41, 67, 8]);
  });

  it('BINDTODEVICE', () => {
    expect(socketSpec({ ...defaultValues('PULL'), interface: 'lo' }, false).device).toBe('lo');
  });
});
