import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { AcceptFilter } from '../../../src/engines/transports/accept-filter.js';
import { parseEndpoint } from '../../../src/engines/transports/endpoint.js';
import type { HostNames } from '../../../src/engines/transports/host-names.js';
import { formatAddress, parseTcpBind, parseTcpConnect } from '../../../src/engines/transports/tcp-address.js';
import { resolveBind, resolveConnect, resolveSource } from '../../../src/engines/transports/tcp-resolve.js';
import { failure } from './support.js';

const bind = (address: string, ipv6 = false) => parseTcpBind(parseEndpoint(`tcp://${address}`), ipv6);
const connect = (address: string, ipv6 = false) => parseTcpConnect(parseEndpoint(`tcp://${address}`), ipv6);

describe('the address of a bind', () => {
  test.each([
    ['127.0.0.1:5555', false, '127.0.0.1', 5555],
    ['127.0.0.1:0', false, '127.0.0.1', 0],
    ['127.0.0.1:*', false, '127.0.0.1', 0],
    ['*:*', false, '*', 0],
    ['*:0', false, '*', 0],
    ['*:5555', true, '*', 5555],
    ['lo:*', false, 'lo', 0],
    ['localhost:*', false, 'localhost', 0],
    ['nosuch.invalid:1', false, 'nosuch.invalid', 1],
    ['8.8.8.8:5555', false, '8.8.8.8', 5555],
    ['127.0.0.1:65535', false, '127.0.0.1', 65535],
    ['127.0.0.1:00080', false, '127.0.0.1', 80],
    ['[::1]:*', true, '::1', 0],
    ['::1:*', true, '::1', 0],
    ['[::]:5555', true, '::', 5555],
    ['[fe80::1%lo]:5555', true, 'fe80::1%lo', 5555],
    ['[fe80::1%1]:5555', true, 'fe80::1%1', 5555],
    ['[::ffff:127.0.0.1]:5555', true, '::ffff:127.0.0.1', 5555],
    ['eth0:1:5555', false, 'eth0:1', 5555],
  ])('%s (ipv6 %s)', (address, ipv6, host, port) => {
    expect(bind(address, ipv6)).toEqual({ host, port });
  });

  test.each([
    ['127.0.0.1', 'no port'],
    ['localhost', 'no port'],
    ['[::1]', 'no port'],
    ['127.0.0.1:', 'no number'],
    ['127.0.0.1:abc', 'no number'],
    ['127.0.0.1:12x', 'no number'],
    ['127.0.0.1:-1', 'no number'],
    ['127.0.0.1:+1', 'no number'],
    ['127.0.0.1:1.5', 'no number'],
    ['127.0.0.1:0x10', 'no number'],
    ['127.0.0.1:65536', 'too large'],
    ['127.0.0.1:70000', 'too large'],
    ['127.0.0.1:99999999999999999999999', 'too large'],
    ['127.0.0.1: 5', 'characters'],
    [' 127.0.0.1:5', 'characters'],
    ['127.0.0.1:5555/path', 'characters'],
    ['127.0.0.1:0;127.0.0.1:5555', 'characters'],
    ['[::1:5555', 'brackets'],
    ['::1]:5555', 'brackets'],
    ['[127.0.0.1]:5555', 'brackets'],
    ['[lo]:5555', 'brackets'],
    ['[]:5555', 'brackets'],
    ['[fe80::1%]:5555', 'brackets'],
    ['[fe80::1%0]:5555', '%'],
    ['[fe80::1%00]:5555', '%'],
    ['127.0.0.1%lo:5555', '%'],
  ])('refuses %s', async (address, hint) => {
    const error = await failure(() => bind(address, true));
    expect(error).toMatchObject({ code: 'InvalidEndpoint', errno: 'EINVAL', endpoint: `tcp://${address}` });
    expect(error.message).toContain(hint);
  });

  test('an empty host is ENODEV', async () => {
    expect(await failure(() => bind(':5999'))).toMatchObject({ code: 'EndpointResolutionFailed', errno: 'ENODEV' });
  });

  test.each(['[::1]:*', '::1:*', '[::]:5555', '[::ffff:127.0.0.1]:1'])('%s without ipv6 is ENODEV', async (address) => {
    const error = await failure(() => bind(address));
    expect(error).toMatchObject({ code: 'EndpointResolutionFailed', errno: 'ENODEV' });
    expect(error.message).toContain('ZMQ_IPV6');
  });
});

describe('the address of a connect', () => {
  test.each([
    ['127.0.0.1:5555', '127.0.0.1', 5555],
    ['localhost:5555', 'localhost', 5555],
    ['[::1]:5555', '::1', 5555],
    ['::1:5555', '::1', 5555],
    ['lo:5555', 'lo', 5555],
    ['nosuch.invalid:5555', 'nosuch.invalid', 5555],
    ['my_host-1.example:65535', 'my_host-1.example', 65535],
    [':5555', '', 5555],
    ['[fe80::1%eth0]:1', 'fe80::1%eth0', 1],
  ])('%s', (address, host, port) => {
    expect(connect(address)).toEqual({ host, port, source: undefined });
  });

  test.each([
    ['127.0.0.1:0;127.0.0.1:5555', '127.0.0.1', 0],
    ['127.0.0.1:*;127.0.0.1:5555', '127.0.0.1', 0],
    ['lo:0;127.0.0.1:5555', 'lo', 0],
    ['127.0.0.1:4000;127.0.0.1:5555', '127.0.0.1', 4000],
  ])('%s has a source', (address, host, port) => {
    expect(connect(address)).toEqual({ host: '127.0.0.1', port: 5555, source: { host, port } });
  });

  test('an IPv6 source needs ipv6', async () => {
    expect(await failure(() => connect('[::1]:0;[::1]:5555'))).toMatchObject({ errno: 'ENODEV' });
    expect(connect('[::1]:0;[::1]:5555', true).source).toEqual({ host: '::1', port: 0 });
  });

  test.each([
    '*:5555',
    '127.0.0.1:*',
    'host:*',
    'host',
    '127.0.0.1',
    '[::1]',
    'host:',
    'host:abc',
    ':abc',
    '/path',
    'host:5555/path',
    'a b:5555',
    'user@host:5555',
    '-host:5555',
    '_host:5555',
    '.host:5555',
    '127.0.0.1:0',
    '127.0.0.1:70000',
    '127.0.0.1:65536',
    '127.0.0.1:5555abc',
    '127.0.0.1:-1',
    'höst:5555',
    'a:b:5555',
    '[lo]:5555',
    '[::1:5555',
    '[fe80::1%0]:5555',
    '*:0;127.0.0.1:5555',
    ';127.0.0.1:5555',
    '127.0.0.1:0;',
    '127.0.0.1;127.0.0.1:5555',
    '127.0.0.1:70000;127.0.0.1:5555',
    '127.0.0.1:0;127.0.0.1:0;127.0.0.1:5555',
    '127.0.0.1:0;[::1]:5555',
  ])('refuses %s', async (address) => {
    const error = await failure(() => connect(address));
    expect(error).toMatchObject({ code: 'InvalidEndpoint', errno: 'EINVAL', endpoint: `tcp://${address}` });
  });
});

test('an address is written as it stands in an endpoint', () => {
  expect(formatAddress('127.0.0.1', 5)).toBe('127.0.0.1:5');
  expect(formatAddress('::1', 5)).toBe('[::1]:5');
});

describe('resolving', () => {
  const ipv4 = (address: string): NetworkInterfaceInfo => ({
    ...{ address, netmask: '', mac: '', internal: false, cidr: null },
    family: 'IPv4',
  });
  const ipv6 = (address: string, scopeid: number): NetworkInterfaceInfo => ({
    ...{ address, netmask: '', mac: '', internal: false, cidr: null, scopeid },
    family: 'IPv6',
  });
  const names: HostNames = {
    interfaces: () => ({
      lo: [ipv4('127.0.0.1'), ipv6('::1', 0)],
      eth0: [ipv4('10.0.0.7'), ipv6('fe80::7', 2)],
      tun4: [ipv4('10.9.0.1')],
      tun6: [ipv6('fd00::9', 0)],
    }),
    lookup: async (host, both) => {
      if (host === 'both') return both ? ['10.1.1.1', 'fd00::1'] : ['10.1.1.1'];
      if (host === 'four') return ['10.1.1.4'];
      if (host === 'none') return [];
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
    },
  };
  const at = (address: string) => parseEndpoint(`tcp://${address}`);
  const resolvedBind = (address: string, both: boolean) => resolveBind(at(address), bind(address, both), both, names);

  test.each([
    ['*:1', false, '0.0.0.0'],
    ['*:1', true, '::'],
    ['127.0.0.1:1', false, '127.0.0.1'],
    ['127.0.0.1:1', true, '::ffff:127.0.0.1'],
    ['lo:1', false, '127.0.0.1'],
    ['lo:1', true, '::1'],
    ['eth0:1', true, 'fe80::7%eth0'],
    ['tun4:1', true, '::ffff:10.9.0.1'],
    ['tun6:1', true, 'fd00::9'],
    ['both:1', false, '10.1.1.1'],
    ['both:1', true, 'fd00::1'],
    ['four:1', true, '::ffff:10.1.1.4'],
    ['[fe80::7%eth0]:1', true, 'fe80::7%eth0'],
    ['[fe80::7%2]:1', true, 'fe80::7%eth0'],
  ])('bind %s (ipv6 %s) is %s', async (address, both, expected) => {
    expect(await resolvedBind(address, both)).toBe(expected);
  });

  test.each([
    ['tun6:1', false],
    ['nosuch:1', false],
    ['nosuch:1', true],
    ['constructor:1', false],
    ['none:1', false],
    ['eth0:9:1', false],
  ])('bind %s (ipv6 %s) is ENODEV', async (address, both) => {
    const error = await failure(() => resolvedBind(address, both));
    expect(error).toMatchObject({ code: 'EndpointResolutionFailed', errno: 'ENODEV', endpoint: `tcp://${address}` });
  });

  test.each(['[fe80::7%nosuch]:1', '[fe80::7%77]:1'])('the scope of %s does not exist: EINVAL', async (address) => {
    const error = await failure(() => resolvedBind(address, true));
    expect(error).toMatchObject({ code: 'InvalidEndpoint', errno: 'EINVAL' });
    expect(error.message).toContain('eth0');
  });

  const resolvedConnect = (address: string, both: boolean) =>
    resolveConnect(at(address), connect(address, both), both, names);

  test.each([
    ['10.0.0.1:1', false, ['10.0.0.1']],
    ['10.0.0.1:1', true, ['10.0.0.1']],
    ['[fd00::1]:1', true, ['fd00::1']],
    ['[fe80::7%2]:1', true, ['fe80::7%eth0']],
    ['both:1', false, ['10.1.1.1']],
    ['both:1', true, ['10.1.1.1', 'fd00::1']],
  ])('connect %s (ipv6 %s) tries %j', async (address, both, expected) => {
    expect(await resolvedConnect(address, both)).toEqual(expected);
  });

  test('a name that does not resolve may do so later', async () => {
    const error = await failure(() => resolvedConnect('lo:1', false));
    expect(error).toMatchObject({ code: 'DnsResolutionFailed', errno: 'ENOTFOUND', fatal: false });
  });

  test('no host, or an IPv6 host without ipv6, never does', async () => {
    expect(await failure(() => resolvedConnect(':1', false))).toMatchObject({ errno: 'ENODEV', fatal: true });
    expect(await failure(() => resolvedConnect('[::1]:1', false))).toMatchObject({ errno: 'ENODEV', fatal: true });
  });

  test('a source is an address or an interface, never a host name', async () => {
    const source = (address: string, both: boolean) => resolveSource(at('x:1'), bind(address, both), both, names);
    expect(source('10.0.0.7:0', false)).toBe('10.0.0.7');
    expect(source('eth0:0', false)).toBe('10.0.0.7');
    expect(source('lo:0', true)).toBe('::1');
    expect(await failure(() => source('both:0', false))).toMatchObject({ errno: 'ENODEV' });
  });
});

describe('the accept filter', () => {
  test('admits everybody when it is empty', () => {
    expect(new AcceptFilter([]).admits('10.0.0.1')).toBe(true);
    expect(new AcceptFilter([]).admits('')).toBe(true);
  });

  test('admits what is in any of its networks', () => {
    const filter = new AcceptFilter(['10.0.0.0/8', '192.168.1.7', 'fd00::/8']);
    expect(filter.admits('10.255.0.1')).toBe(true);
    expect(filter.admits('192.168.1.7')).toBe(true);
    expect(filter.admits('::ffff:10.1.2.3')).toBe(true);
    expect(filter.admits('fd00::1')).toBe(true);
    expect(filter.admits('11.0.0.1')).toBe(false);
    expect(filter.admits('192.168.1.8')).toBe(false);
    expect(filter.admits('fe80::1')).toBe(false);
    expect(filter.admits('')).toBe(false);
  });

  test('refuses a text that is no network', async () => {
    expect(await failure(() => new AcceptFilter(['10.0.0.0/33']))).toMatchObject({ code: 'InvalidOptionValue' });
    expect(await failure(() => new AcceptFilter(['example']))).toMatchObject({ code: 'InvalidOptionValue' });
  });
});
