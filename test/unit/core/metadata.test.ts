import { describe, expect, it } from '@jest/globals';
import { Metadata } from '../../../src/core/metadata.js';

const properties = new Map([
  ['socket-type', Buffer.from('DEALER')],
  ['identity', Buffer.from([0, 255])],
  ['x-colour', Buffer.from('grün')],
]);

describe('Metadata', () => {
  it('knows the socket type, the routing id and the address', () => {
    const metadata = new Metadata('127.0.0.1:5', properties);
    expect([metadata.socketType, metadata.routingId, metadata.address]).toEqual([
      'DEALER',
      Buffer.from([0, 255]),
      '127.0.0.1:5',
    ]);
  });

  it('answers properties by name in any case, as text', () => {
    const metadata = new Metadata('', properties);
    for (const name of ['x-colour', 'X-Colour', 'X-COLOUR'])
      expect([metadata.get(name), metadata.has(name)]).toEqual(['grün', true]);
    expect([metadata.get('x-size'), metadata.has('x-size')]).toEqual([undefined, false]);
    expect(metadata.names()).toEqual(['socket-type', 'identity', 'x-colour']);
  });

  it.each(['Peer-Address', 'peer-address'])('answers the address as %s, as libzmq does', (name) => {
    expect([new Metadata('1.2.3.4:5', new Map()).get(name), new Metadata('', new Map()).has(name)]).toEqual([
      '1.2.3.4:5',
      true,
    ]);
  });

  it('tells who was verified, and never what the peer says of that itself', () => {
    const said = new Map([...properties, ['user-id', Buffer.from('root')]]);
    const claimed = new Metadata('', said);
    expect([claimed.userId, claimed.get('User-Id'), claimed.has('User-Id')]).toEqual([undefined, undefined, false]);
    const verified = new Metadata(
      '',
      said,
      new Map([
        ['user-id', Buffer.from('ann')],
        ['x-colour', Buffer.from('red')],
      ]),
    );
    expect([verified.userId, verified.get('User-Id'), verified.get('X-Colour')]).toEqual(['ann', 'ann', 'red']);
    expect([verified.get('Routing-Id'), new Metadata('', new Map()).has('Routing-Id')]).toEqual(['\0\ufffd', false]);
  });

  it('comes as plain data without its properties, for logs', () => {
    const verified = new Metadata('1.2.3.4:5', properties, new Map([['user-id', Buffer.from('ann')]]));
    expect(JSON.parse(JSON.stringify(verified))).toEqual({
      address: '1.2.3.4:5',
      socketType: 'DEALER',
      routingId: '0x00ff',
      userId: 'ann',
    });
    expect(new Metadata('', new Map([['identity', Buffer.from('me')]])).toJSON()).toEqual({
      address: '',
      routingId: 'me',
    });
  });

  it('of a peer that said nothing has no type and an empty routing id', () => {
    const metadata = new Metadata('', new Map());
    expect([metadata.socketType, metadata.routingId.length, metadata.names()]).toEqual([undefined, 0, []]);
  });
});
