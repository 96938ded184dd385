import { describe, expect, it } from '@jest/globals';
import { SocketType } from '../../../src/core/socket-type.js';
import { command, greeting, property, ready } from '../../support/naive-zmtp.js';
import { partnerOf, TestMachine } from '../../support/test-machine.js';
import { fromHex, vectors } from '../../support/vectors.js';

interface Ready {
  cases: { socket_type: string; routing_id: string; hex: string }[];
  first_command_to_router: { name: string; hex: string; connection_stays_open: boolean }[];
}

const { cases, first_command_to_router: firstCommands } = vectors('ready') as Ready;

interface Draft {
  cases: { description: string; from_libzmq?: string }[];
}

/** The READY of each draft type, without routing id. */
const draftReady = (vectors('draft') as Draft).cases.flatMap(({ description, from_libzmq: hex }) => {
  const type = /^READY of ([A-Z]+)$/.exec(description)?.[1];
  return type === undefined ? [] : [{ type, hex }];
});

/** Who may talk to whom (RFC 28 to 31, 41, 48, 49, 51, 52), as a table of its own. */
const MAY_TALK: Readonly<Record<string, readonly string[]>> = {
  PAIR: ['PAIR'],
  PUB: ['SUB', 'XSUB'],
  SUB: ['PUB', 'XPUB'],
  REQ: ['REP', 'ROUTER'],
  REP: ['REQ', 'DEALER'],
  DEALER: ['REP', 'DEALER', 'ROUTER'],
  ROUTER: ['REQ', 'DEALER', 'ROUTER'],
  PULL: ['PUSH'],
  PUSH: ['PULL'],
  XPUB: ['SUB', 'XSUB'],
  XSUB: ['PUB', 'XPUB'],
  CLIENT: ['SERVER'],
  SERVER: ['CLIENT'],
  RADIO: ['DISH'],
  DISH: ['RADIO'],
  GATHER: ['SCATTER'],
  SCATTER: ['GATHER'],
  PEER: ['PEER'],
  CHANNEL: ['CHANNEL'],
};

/** STREAM does not speak ZMTP. */
const TYPES = Object.values(SocketType).filter((type) => type !== SocketType.Stream);

/** A ROUTER that has heard `bytes` after the greeting. */
function router(bytes: Uint8Array): TestMachine {
  const machine = new TestMachine({ socketType: 'ROUTER' });
  machine.start().feed(greeting());
  machine.feed(bytes);
  return machine;
}

describe('our READY is libzmq\'s, byte for byte (RFC 37, "NULL")', () => {
  it.each(cases)('$socket_type, routing id "$routing_id"', ({ socket_type: socketType, routing_id: id, hex }) => {
    const routingId = id.startsWith('i x255') ? 'i'.repeat(255) : id;
    const machine = new TestMachine({ socketType, routingId });
    machine.start().feed(greeting());
    expect(machine.sink.written.subarray(64).toString('hex')).toBe(hex);
  });

  it.each(draftReady)('draft type $type', ({ type, hex }) => {
    const machine = new TestMachine({ socketType: type });
    machine.start().feed(greeting());
    expect(machine.sink.written.subarray(64).toString('hex')).toBe(hex);
  });

  it('goes out as soon as the greeting of the peer is complete, and not before', () => {
    const machine = new TestMachine();
    machine.start().feed(greeting().subarray(0, 63));
    expect(machine.sink.takeWritten()).toHaveLength(64);
    machine.feed(Buffer.alloc(1));
    expect(machine.sink.written.subarray(0, 8).toString('latin1')).toBe('\x04\x29\x05READY');
  });
});

describe('the first command of the peer is judged as libzmq judges it', () => {
  it.each(firstCommands)('$name: stays open $connection_stays_open', ({ name, hex, connection_stays_open: open }) => {
    // RFC 37 has names without case, libzmq does not recognise the property: here ours is stricter, and may be.
    const stays = name.startsWith('property name lower case') ? false : open;
    const machine = router(fromHex(hex));
    expect(machine.sink.failures).toHaveLength(stays ? 0 : 1);
    expect(machine.sink.peers).toHaveLength(stays ? 1 : 0);
    machine.feed(fromHex('000568656c6c6f'));
    expect(machine.delivered).toEqual(stays ? ['68656c6c6f'] : []);
  });
});

describe('the socket types decide who may talk (RFC 37, "Socket-Type")', () => {
  it.each(TYPES.flatMap((own) => TYPES.map((peer) => [own, peer] as const)))('%s and %s', (own, peer) => {
    const machine = new TestMachine({ socketType: own }).connect({ socketType: peer });
    const may = (MAY_TALK[own] as readonly string[]).includes(peer);
    expect(machine.verdict).toBe(may ? 'open' : 'ProtocolViolation EPROTO fatal');
    expect(machine.sink.peers).toHaveLength(may ? 1 : 0);
    expect(machine.machine.ready).toBe(may);
  });

  it.each(['', 'push', 'STREAM', 'SERVER', 'PUSHX'])('a PULL refuses the type "%s"', (socketType) => {
    const machine = new TestMachine({ socketType: 'PULL' }).connect({ socketType });
    expect(machine.verdict).toBe('ProtocolViolation EPROTO fatal');
  });

  it.each(TYPES)('a peer that does not say what it is may talk to a %s (libzmq)', (socketType) => {
    const machine = new TestMachine({ socketType });
    machine.start().feed(greeting());
    machine.feed(command('READY'));
    expect(machine.sink.peers).toHaveLength(1);
  });
});

describe('what READY says is known of the peer (RFC 37, "Metadata")', () => {
  it('socket type, routing id, address and every other property', () => {
    const machine = new TestMachine({ socketType: 'ROUTER' });
    machine.start().feed(greeting());
    const properties = [
      property('Socket-Type', 'DEALER'),
      property('Identity', 'me'),
      property('X-Colour', 'blå'),
      property('Resource', ''),
    ];
    machine.feed(command('READY', Buffer.concat(properties)));
    const peer = machine.sink.peers[0]!;
    expect([peer.socketType, peer.routingId.toString(), peer.address]).toEqual(['DEALER', 'me', 'peer']);
    expect([peer.get('x-colour'), peer.get('RESOURCE'), peer.get('Peer-Address')]).toEqual(['blå', '', 'peer']);
    expect([peer.get('nothing'), peer.has('Resource'), peer.has('nothing')]).toEqual([undefined, true, false]);
  });

  it('names count without case, and the first of two with the same name is kept', () => {
    const machine = router(
      command('READY', Buffer.concat([property('IDENTITY', 'one'), property('identity', 'two'), property('x', '')])),
    );
    expect(machine.sink.peers[0]?.routingId.toString()).toBe('one');
    expect(machine.sink.peers[0]?.names()).toEqual(['identity', 'x']);
  });

  it('its values stay what they were when the read buffer goes on', () => {
    const machine = router(ready('DEALER', 'stays'));
    for (let i = 0; i < 20; i++) machine.feed(Buffer.alloc(8190, 0));
    expect(machine.sink.peers[0]?.routingId.toString()).toBe('stays');
  });

  it('is on every message that comes, and on none before', () => {
    const machine = router(Buffer.concat([ready('DEALER', 'me'), fromHex('0101610000'), fromHex('000162')]));
    const metadata = machine.sink.messages.flat().map((frame) => frame.metadata);
    expect(metadata).toEqual([machine.sink.peers[0], machine.sink.peers[0], machine.sink.peers[0]]);
  });

  it.each([
    ['a name that is cut off', Buffer.from([5, 0x61])],
    ['no value size', Buffer.concat([Buffer.from([1]), Buffer.from('a')])],
    ['three octets of value size', Buffer.from([1, 0x61, 0, 0, 0])],
    ['a value that is cut off', property('Identity', 'abc').subarray(0, -1)],
    ['a value of 2^32-1 octets', Buffer.from([1, 0x61, 255, 255, 255, 255])],
    ['one octet too many', Buffer.concat([property('Identity', 'abc'), Buffer.from([0])])],
  ])('metadata with %s is refused', (_name, data) => {
    const machine = router(command('READY', data));
    expect(machine.verdict).toBe('ProtocolViolation EPROTO fatal');
  });

  it('a property of another length than its neighbours is found whatever the order', () => {
    for (const value of [0, 1, 255, 256, 5000]) {
      const data = [property('Identity', Buffer.alloc(value, 7)), property('Socket-Type', 'REQ')];
      for (const order of [data, [...data].reverse()]) {
        const machine = router(command('READY', Buffer.concat(order)));
        expect([machine.sink.peers[0]?.socketType, machine.sink.peers[0]?.routingId.length]).toEqual(['REQ', value]);
      }
    }
  });
});

describe('a socket that takes no further peer', () => {
  it.each(TYPES)('a %s whose owner refuses the peer ends with a final error', (socketType) => {
    const machine = new TestMachine({ socketType });
    machine.sink.wanted = false;
    machine.connect({ socketType: partnerOf(socketType) });
    expect(machine.verdict).toBe('ConnectionClosed EPIPE fatal');
    expect(machine.sink.violations).toEqual([]);
  });
});
