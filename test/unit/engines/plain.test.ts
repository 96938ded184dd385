import { describe, expect, it } from '@jest/globals';
import { ZmqError } from '../../../src/core/errors.js';
import { carry, nobody, PlayedHandler, secureMachine } from '../../support/curve-ground.js';
import { command, commandBody, frame, greeting, property } from '../../support/naive-zmtp.js';
import type { TestMachine } from '../../support/test-machine.js';

const GREETING = greeting({ mechanism: 'PLAIN' });
const CREDENTIALS = { plainUsername: 'admin', plainPassword: 'secret' };
const METADATA = property('Socket-Type', 'DEALER');
/** ERROR as libzmq spells it in PLAIN. */
const misspelt = (status: string) => Buffer.from(`^RROR\x03${status}`, 'latin1');

function server(handler: PlayedHandler, zapDomain?: string): TestMachine {
  const machine = secureMachine({ plainServer: true, ...(zapDomain && { zapDomain }) }, { handler }).start();
  machine.feed(GREETING);
  machine.sink.takeWritten();
  return machine;
}

function client(): TestMachine {
  const machine = secureMachine(CREDENTIALS).start();
  machine.feed(GREETING);
  machine.sink.takeWritten();
  return machine;
}

const hello = (user: string, password: string) =>
  command(
    'HELLO',
    Buffer.concat([Buffer.of(user.length), Buffer.from(user), Buffer.of(password.length), Buffer.from(password)]),
  );

describe('a PLAIN client (RFC 24)', () => {
  it('says HELLO, INITIATE after WELCOME, and is connected with READY: the octets that libzmq sends', () => {
    const machine = secureMachine(CREDENTIALS).start();
    machine.feed(GREETING);
    expect(machine.sink.takeWritten().subarray(64).toString('hex')).toBe('04130548454c4c4f0561646d696e06736563726574');
    machine.feed(command('WELCOME'));
    const identity = property('Identity', '');
    expect(machine.sink.takeWritten()).toEqual(command('INITIATE', Buffer.concat([METADATA, identity])));
    machine.feed(command('READY', METADATA));
    expect([machine.verdict, machine.sink.peers.length]).toEqual(['open', 1]);
  });

  it.each<[string, Buffer]>([
    ['ERROR', command('ERROR', '\x03400')],
    ['ERROR as libzmq spells it', frame(4, misspelt('400'))],
  ])('%s is a refused authentication, before WELCOME and after it', (_name, error) => {
    for (const before of [Buffer.alloc(0), command('WELCOME')]) {
      const machine = client();
      machine.feed(before);
      machine.feed(error);
      expect([machine.verdict, machine.sink.failure?.detail]).toEqual(['AuthenticationFailure EACCES fatal', 400]);
    }
  });

  it.each<[string, Buffer, number]>([
    ['WELCOME with content', command('WELCOME', 'x'), 0x10000017],
    ['READY too early', command('READY', METADATA), 0x10000001],
    ['HELLO, of another client', hello('a', 'b'), 0x10000001],
    ['a frame that is no command', frame(4, Buffer.from('^RRO')), 0x10000011],
    ['an empty frame', frame(4, Buffer.alloc(0)), 0x10000011],
    ['ERROR with a wrong length', command('ERROR', '\x04400'), 0x10000015],
  ])('refuses %s', (_name, bytes, detail) => {
    const machine = client();
    machine.feed(bytes);
    expect([machine.verdict, machine.sink.failure?.detail]).toEqual(['ProtocolViolation EPROTO fatal', detail]);
  });

  it('refuses metadata that does not add up', () => {
    const machine = client();
    machine.feed(Buffer.concat([command('WELCOME'), command('READY', '\x05')]));
    expect(machine.sink.failure?.detail).toBe(0x10000018);
  });
});

describe('a PLAIN server (RFC 24)', () => {
  it('asks the handler, and lets in whom that lets in', () => {
    const handler = new PlayedHandler();
    const machine = server(handler, 'global');
    machine.feed(hello('admin', 'secret'));
    expect(machine.sink.takeWritten()).toHaveLength(0);
    const { credentials, ...request } = handler.asked[0]!;
    expect(credentials.map(String)).toEqual(['admin', 'secret']);
    expect(request).toEqual({
      domain: 'global',
      address: '192.0.2.1',
      mechanism: 'PLAIN',
      routingId: Buffer.alloc(0),
    });
    handler.answer(200, { userId: 'joe', metadata: new Map([['role', Buffer.from('boss')]]) });
    machine.endTurn();
    expect(machine.sink.takeWritten()).toEqual(command('WELCOME'));
    machine.feed(command('INITIATE', Buffer.concat([METADATA, property('User-Id', 'me'), property('X-a', 'b')])));
    const [peer] = machine.sink.peers;
    expect(['User-Id', 'Role', 'X-A', 'Socket-Type'].map((name) => peer?.get(name))).toEqual([
      'joe',
      'boss',
      'b',
      'DEALER',
    ]);
    expect(machine.verdict).toBe('open');
  });

  it.each([400, 500] as const)('tells the client of status %i, in the spelling of libzmq, and closes', (status) => {
    const handler = new PlayedHandler();
    const machine = server(handler);
    machine.feed(hello('admin', 'wrong'));
    handler.answer(status, { text: 'no "entry"' });
    expect(machine.sink.takeWritten()).toEqual(frame(4, misspelt(String(status))));
    expect([machine.verdict, machine.sink.failure?.detail]).toEqual(['AuthenticationFailure EACCES fatal', status]);
    expect(machine.sink.failure?.message).toMatch(/"no \\"entry\\""/);
    expect(machine.sink.failure?.message).not.toContain('wrong');
    expect(machine.sink.spoke).toBe(true);
  });

  it('tells the client nothing of status 300, so that it comes again', () => {
    const handler = new PlayedHandler();
    const machine = server(handler);
    machine.feed(hello('admin', 'secret'));
    handler.answer(300);
    expect([machine.sink.takeWritten().length, machine.sink.failure?.detail]).toEqual([0, 300]);
    expect(machine.sink.spoke).toBe(false);
  });

  it('passes on what is wrong with the reply of the handler', () => {
    const handler = new PlayedHandler();
    const machine = server(handler);
    machine.feed(hello('admin', 'secret'));
    handler.settle(new ZmqError('ProtocolViolation', 'the reply is malformed', { detail: 0x20000001 }));
    expect([machine.verdict, machine.sink.failure?.detail]).toEqual(['ProtocolViolation EPROTO', 0x20000001]);
  });

  it('lets nobody in when there is nobody to ask', () => {
    const machine = server(nobody());
    machine.feed(hello('admin', 'secret'));
    expect(machine.verdict).toBe('SecurityError EFAULT');
  });

  it('takes back its question when the connection ends', () => {
    const handler = new PlayedHandler();
    const machine = server(handler);
    machine.feed(hello('admin', 'secret'));
    machine.machine.close();
    expect(handler.cancelled).toBe(1);
    handler.answer(200);
    expect(machine.sink.takeWritten()).toHaveLength(0);
  });

  it('does not take INITIATE before the handler has answered', () => {
    const machine = server(new PlayedHandler());
    machine.feed(Buffer.concat([hello('admin', 'secret'), command('INITIATE', METADATA)]));
    expect(machine.sink.failure?.detail).toBe(0x10000001);
  });

  it.each<[string, Buffer]>([
    ['without a password', commandBody('HELLO', '\x01a')],
    ['with a user name that is too short', commandBody('HELLO', '\x05ab')],
    ['with something behind it', commandBody('HELLO', '\x01a\x01bc')],
    ['empty', commandBody('HELLO')],
  ])('refuses HELLO %s', (_name, body) => {
    const handler = new PlayedHandler();
    const machine = server(handler);
    machine.feed(frame(4, body));
    expect([machine.sink.failure?.detail, handler.asked.length]).toEqual([0x10000013, 0]);
  });

  it('takes the longest user name and password, and refuses a larger command before it is there', () => {
    const handler = new PlayedHandler();
    const longest = server(handler);
    longest.feed(hello('u'.repeat(255), 'p'.repeat(255)));
    expect(handler.asked[0]?.credentials.map(({ length }) => length)).toEqual([255, 255]);
    const larger = server(handler);
    larger.feed(Buffer.from('0600000000000002070548454c4c4f', 'hex'));
    expect(larger.verdict).toBe('ProtocolViolation EMSGSIZE fatal');
  });

  it('and a client of ours come together, one octet at a time', () => {
    const handler = new PlayedHandler();
    const one = secureMachine({ plainServer: true }, { handler }).start();
    const other = secureMachine(CREDENTIALS).start();
    carry(one, other);
    handler.answer(200);
    one.endTurn();
    carry(one, other);
    other.send(['hello', 'world']);
    carry(one, other);
    expect(one.delivered).toEqual([`${Buffer.from('hello').toString('hex')}|${Buffer.from('world').toString('hex')}`]);
  });
});
