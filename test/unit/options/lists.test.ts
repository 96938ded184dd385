import { describe, expect, it } from '@jest/globals';
import { cidrContains, parseCidr } from '../../../src/core/options/cidr.js';
import { SocketOption } from '../../../src/core/options/numbers.js';
import { parsePeerProperty } from '../../../src/core/options/peer-properties.js';
import { type OptionInput, SocketOptions } from '../../../src/core/options/socket-options.js';

describe('TCP_ACCEPT_FILTER', () => {
  it('gets one network more with each set, and none with null or nothing', () => {
    const options = new SocketOptions('REP');
    const set = (value: OptionInput): readonly string[] => {
      options.set(SocketOption.TCP_ACCEPT_FILTER, value);
      return options.values.tcpAcceptFilter;
    };
    expect(set('10.0.0.0/8')).toEqual(['10.0.0.0/8']);
    expect(set(Buffer.from('::1'))).toEqual(['10.0.0.0/8', '::1']);
    expect(set(null)).toEqual([]);
    expect(set('127.0.0.1')).toEqual(['127.0.0.1']);
    expect(set('')).toEqual([]);
  });

  it('takes a whole list by name', () => {
    const options = new SocketOptions('REP', {}, { tcpAcceptFilter: ['10.0.0.0/8', '::1'] });
    expect(options.values.tcpAcceptFilter).toEqual(['10.0.0.0/8', '::1']);
    options.setByName('tcpAcceptFilter', ['127.0.0.1']);
    expect(options.getByName('tcpAcceptFilter')).toEqual(['127.0.0.1']);
  });

  it('changes nothing when an entry is wrong', () => {
    const options = new SocketOptions('REP', {}, { tcpAcceptFilter: '::1' });
    for (const value of ['nonsense', ['127.0.0.1', 'nonsense', '::1'], ['127.0.0.1', 1], 5, true]) {
      expect(() => options.setByName('tcpAcceptFilter', value)).toThrow(/such as 10\.0\.0\.0\/8/);
    }
    expect(options.values.tcpAcceptFilter).toEqual(['::1']);
  });

  it('cannot be changed behind its back', () => {
    const options = new SocketOptions('REP');
    const steps = [undefined, '::1', ['::1'], [], null];
    for (const value of steps) {
      if (value !== undefined) options.setByName('tcpAcceptFilter', value);
      expect(Object.isFrozen(options.values.tcpAcceptFilter)).toBe(true);
    }
  });
});

describe('a network in CIDR text', () => {
  it.each([
    ['10.0.0.0/8', 4, 8],
    ['0.0.0.0/0', 4, 0],
    ['192.168.1.77', 4, 32],
    ['255.255.255.255/32', 4, 32],
    ['::/0', 6, 0],
    ['::', 6, 128],
    ['::1', 6, 128],
    ['1::', 6, 128],
    ['2001:db8::/32', 6, 32],
    ['1:2:3:4:5:6:7:8/127', 6, 127],
    ['1:2:3:4:5:6:7::', 6, 128],
    ['::ffff:10.0.0.1/104', 4, 8],
    ['::ffff:10.0.0.1/95', 6, 95],
    ['1:2:3:4:5:6:7.8.9.10', 6, 128],
  ])('%s is of IPv%i and has %i bits', (text, family, prefix) => {
    expect(parseCidr(text)).toMatchObject({ family, prefix });
  });

  it.each([
    '',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.0/8 ',
    ' 10.0.0.0',
    '10.0.0',
    '10.0.0.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.0x1',
    'localhost',
    '*',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::1',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::/129',
    'fe80::1%eth0',
    '[::1]',
  ])('%j is none', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it.each([
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/9', '10.127.0.1', true],
    ['10.0.0.0/9', '10.128.0.1', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '::1', false],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['127.0.0.1', '::ffff:127.0.0.1', true],
    ['127.0.0.0/8', '::ffff:7f00:1', true],
    ['127.0.0.1', '::fffe:127.0.0.1', false],
    ['::1', '::1', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['::/0', '10.0.0.1', false],
    ['::/0', 'nonsense', false],
  ])('%s and the peer %s: %s', (network, address, expected) => {
    expect(cidrContains(parseCidr(network)!, address)).toBe(expected);
  });
});

describe('METADATA', () => {
  it('gets one property more with each set; a repeated name, in any case, keeps its first value', () => {
    const options = new SocketOptions('REQ');
    options.set(SocketOption.METADATA, 'X-shop:7');
    options.set(SocketOption.METADATA, Buffer.from('X-till:a:b'));
    options.set(SocketOption.METADATA, 'X-SHOP:8');
    expect(options.values.metadata).toEqual(['X-shop:7', 'X-till:a:b']);
  });

  it('takes a whole list by name', () => {
    const options = new SocketOptions('REQ', { metadata: 'X-host:a' }, { metadata: 'X-shop:7' });
    expect(options.values.metadata).toEqual(['X-host:a', 'X-shop:7']);
    options.setByName('metadata', ['X-a:1', 'X-b:2', 'X-A:3']);
    expect(options.values.metadata).toEqual(['X-a:1', 'X-b:2']);
    options.setByName('metadata', []);
    expect(options.values.metadata).toEqual([]);
  });

  it.each([
    '',
    'X-a',
    'X-a:',
    'X-:a',
    ':a',
    'a:b',
    'x-a:b',
    'Identity:me',
    'X-a b:c',
    'X-ä:c',
    `X-${'a'.repeat(254)}:b`,
  ])('refuses %j', (text) => {
    const options = new SocketOptions('REQ');
    expect(parsePeerProperty(text)).toBeUndefined();
    expect(() => options.setByName('metadata', text)).toThrow(/X-name:value/);
    expect(() => options.setByName('metadata', [text])).toThrow(/X-name:value/);
  });

  it('refuses null and values of another kind', () => {
    const options = new SocketOptions('REQ');
    for (const value of [null, undefined, 1, {}])
      expect(() => options.setByName('metadata', value)).toThrow(/METADATA/);
  });

  it('is taken apart at the first colon', () => {
    expect(parsePeerProperty('X-till:a:b')).toEqual({ name: 'X-till', value: 'a:b' });
    expect(parsePeerProperty(`X-${'a'.repeat(253)}:b`)).toMatchObject({ value: 'b' });
  });
});
