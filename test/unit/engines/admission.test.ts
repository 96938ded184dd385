import { describe, expect, it } from '@jest/globals';
import { defaultValues } from '../../../src/core/options/defaults.js';
import { decide, hostOf, verifiedProperties } from '../../../src/engines/mechanisms/admission.js';
import { NullMechanism } from '../../../src/engines/mechanisms/null.js';
import { nobody, PlayedHandler } from '../../support/curve-ground.js';
import { command, greeting, ready } from '../../support/naive-zmtp.js';
import { TestMachine } from '../../support/test-machine.js';

describe('who is asked about a peer (libzmq, but a domain without a handler refuses)', () => {
  it.each<[string, boolean, string, string, string, string]>([
    // mechanism, handler; then: no domain, a domain, no domain but enforced, a domain and enforced
    ['NULL', true, 'accept', 'ask', 'accept', 'ask'],
    ['NULL', false, 'accept', 'refuse', 'accept', 'refuse'],
    ['PLAIN', true, 'ask', 'ask', 'refuse', 'ask'],
    ['PLAIN', false, 'refuse', 'refuse', 'refuse', 'refuse'],
    ['CURVE', true, 'ask', 'ask', 'accept', 'ask'],
    ['CURVE', false, 'accept', 'refuse', 'accept', 'refuse'],
  ])('%s, a handler is bound: %s', (mechanism, available, ...expected) => {
    const decided = [
      ['', false],
      ['domain', false],
      ['', true],
      ['domain', true],
    ].map(([zapDomain, zapEnforceDomain]) =>
      decide(
        mechanism,
        { ...defaultValues('PULL'), zapDomain: zapDomain as string, zapEnforceDomain: zapEnforceDomain as boolean },
        available,
      ),
    );
    expect(decided).toEqual(expected);
  });
});

describe('the address that the handler is told', () => {
  it.each([
    ['127.0.0.1:5555', '127.0.0.1'],
    ['[::1]:5555', '::1'],
    ['[::ffff:127.0.0.1]:1', '::ffff:127.0.0.1'],
    ['[fe80::1%eth0]:5555', 'fe80::1%eth0'],
    ['', 'localhost'],
    ['/tmp/socket', 'localhost'],
    ['@abstract', 'localhost'],
    ['peer', 'peer'],
  ])('of %j is %j', (remoteAddress, address) => {
    expect(hostOf(remoteAddress)).toBe(address);
  });
});

describe('what is verified of a peer', () => {
  it('is the user id of the handler, and its metadata by lower-case name', () => {
    const metadata = new Map([
      ['Role', Buffer.from('boss')],
      ['User-Id', Buffer.from('other')],
    ]);
    const verified = verifiedProperties({ status: 200, text: '', userId: 'joe', metadata });
    expect([...(verified ?? [])].map(([name, value]) => [name, String(value)])).toEqual([
      ['user-id', 'joe'],
      ['role', 'boss'],
    ]);
  });

  it('is nothing when nobody was asked', () => {
    expect(verifiedProperties(undefined)).toBeUndefined();
  });
});

/** A machine with NULL and a ZAP domain. */
function machineWith(handler: PlayedHandler, accepted = false): TestMachine {
  const options = { ...defaultValues('DEALER'), zapDomain: 'domain' };
  const config = { socketType: 'DEALER', options, metadata: Buffer.alloc(0), remoteAddress: '10.0.0.1:1', accepted };
  const machine = new TestMachine({ mechanism: ['NULL', new NullMechanism(config, handler)] }).start();
  machine.feed(greeting());
  machine.sink.takeWritten();
  return machine;
}

describe('NULL with a ZAP domain', () => {
  it('says READY when the handler has answered, whether READY of the peer came before or after that', () => {
    for (const early of [true, false]) {
      const handler = new PlayedHandler();
      const machine = machineWith(handler);
      expect(handler.asked[0]).toMatchObject({
        mechanism: 'NULL',
        credentials: [],
        domain: 'domain',
        address: '10.0.0.1',
      });
      if (early) machine.feed(ready('ROUTER'));
      expect([machine.sink.takeWritten().length, machine.sink.peers.length]).toEqual([0, 0]);
      handler.answer(200, { userId: 'joe' });
      machine.endTurn();
      expect(machine.sink.takeWritten()).toEqual(command('READY'));
      if (!early) machine.feed(ready('ROUTER'));
      expect(machine.sink.peers.map((peer) => peer.get('User-Id'))).toEqual(['joe']);
    }
  });

  it.each([true, false])('refuses with ERROR, and after status 300 without (accepted: %s)', (accepted) => {
    for (const status of [300, 400, 500] as const) {
      const handler = new PlayedHandler();
      const machine = machineWith(handler, accepted);
      if (accepted) machine.feed(ready('ROUTER'));
      handler.answer(status);
      const said = machine.sink.takeWritten();
      if (status === 300) expect(said).toHaveLength(0);
      else expect(said).toEqual(command('ERROR', `\x03${status}`));
      const verdict = `AuthenticationFailure EACCES${status === 300 ? '' : ' fatal'}`;
      expect([machine.verdict, machine.sink.failure?.detail]).toEqual([verdict, status]);
    }
  });

  it('tells a client only when that has said READY: until then libzmq does not take it for a refusal', () => {
    const handler = new PlayedHandler();
    const machine = machineWith(handler, true);
    handler.answer(400);
    expect([machine.sink.takeWritten().length, machine.verdict]).toEqual([0, 'open']);
    machine.feed(ready('ROUTER'));
    expect(machine.sink.takeWritten()).toEqual(command('ERROR', '\x03400'));
    expect(machine.verdict).toBe('AuthenticationFailure EACCES fatal');
  });

  it('does not wait for READY of a client that refuses us too', () => {
    const handler = new PlayedHandler();
    const machine = machineWith(handler, true);
    handler.answer(400);
    machine.feed(command('ERROR', '\x03400'));
    expect(machine.verdict).toBe('AuthenticationFailure EACCES fatal');
  });

  it('refuses everybody when there is no handler', () => {
    expect(machineWith(nobody()).verdict).toBe('SecurityError EFAULT');
  });

  it('costs a connection, and not the process, when letting a peer in fails by a fault', () => {
    const handler = new PlayedHandler();
    const machine = machineWith(handler);
    machine.feed(ready('ROUTER'));
    machine.sink.peerReady = () => {
      throw new Error('a bug');
    };
    expect(() => handler.answer(200)).not.toThrow();
    expect([machine.verdict, machine.sink.failure?.message]).toEqual([
      'Internal EFAULT fatal',
      expect.stringContaining('a bug'),
    ]);
  });

  it('takes READY once only', () => {
    const machine = machineWith(new PlayedHandler());
    machine.feed(Buffer.concat([ready('ROUTER'), ready('ROUTER')]));
    expect(machine.sink.failure?.detail).toBe(0x10000001);
  });
});
