import type { SocketOptionValues } from '../../core/options/values.js';
import type { SocketSpec } from './addon.js';

/** The levels and names of setsockopt, as Linux has them on every architecture that Node runs on. */
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_KEEPALIVE = 9;
const SO_PRIORITY = 12;
const SO_BUSY_POLL = 46;
const IPPROTO_IP = 0;
const IP_TOS = 1;
const IPPROTO_IPV6 = 41;
const IPV6_TCLASS = 67;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const TCP_KEEPIDLE = 4;
const TCP_KEEPINTVL = 5;
const TCP_KEEPCNT = 6;
const TCP_USER_TIMEOUT = 18;

/**
 * How the sockets of an endpoint are set up. A listener has all of it too, because what it accepts has what it has, and
 * because the size of a receive buffer counts from the first packet on.
 */
export function socketSpec(options: Readonly<SocketOptionValues>, ipv6: boolean): SocketSpec {
  // Batching is done above.
  const settings: number[] = [IPPROTO_TCP, TCP_NODELAY, 1];
  const set = (wanted: boolean, ...setting: [level: number, name: number, value: number]): void => {
    if (wanted) settings.push(...setting);
  };
  const { sendBufferSize, receiveBufferSize, tcpKeepalive, typeOfService, priority, busyPoll } = options;
  set(sendBufferSize >= 0, SOL_SOCKET, SO_SNDBUF, sendBufferSize);
  set(receiveBufferSize >= 0, SOL_SOCKET, SO_RCVBUF, receiveBufferSize);
  set(tcpKeepalive >= 0, SOL_SOCKET, SO_KEEPALIVE, tcpKeepalive);
  // The rest of keep-alive is set only where it is on, as in libzmq.
  if (tcpKeepalive === 1) {
    set(options.tcpKeepaliveIdle > 0, IPPROTO_TCP, TCP_KEEPIDLE, options.tcpKeepaliveIdle);
    set(options.tcpKeepaliveInterval > 0, IPPROTO_TCP, TCP_KEEPINTVL, options.tcpKeepaliveInterval);
    set(options.tcpKeepaliveCount > 0, IPPROTO_TCP, TCP_KEEPCNT, options.tcpKeepaliveCount);
  }
  set(options.tcpMaxRetransmitTimeout > 0, IPPROTO_TCP, TCP_USER_TIMEOUT, options.tcpMaxRetransmitTimeout);
  set(typeOfService > 0, IPPROTO_IP, IP_TOS, typeOfService);
  set(typeOfService > 0 && ipv6, IPPROTO_IPV6, IPV6_TCLASS, typeOfService);
  set(priority > 0, SOL_SOCKET, SO_PRIORITY, priority);
  set(busyPoll > 0, SOL_SOCKET, SO_BUSY_POLL, busyPoll);
  return { settings, device: options.interface };
}
