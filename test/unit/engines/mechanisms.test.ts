import { describe, expect, it } from '@jest/globals';
import type { IMechanism, IMechanismFactory, IMechanismSink } from '../../../src/core/contracts/mechanism.js';
import { ZmqError } from '../../../src/core/errors.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import { NullMechanism, NullMechanismFactory } from '../../../src/engines/mechanisms/null.js';
import { MechanismRegistry } from '../../../src/engines/mechanisms/registry.js';
import { property } from '../../support/naive-zmtp.js';

const options = defaultValues('DEALER');

/** What a mechanism says, written down. */
class Sink implements IMechanismSink {
  public readonly said: string[] = [];

  public sendCommand(name: string, data: Buffer): void {
    this.said.push(`send ${name} ${data.toString('latin1')}`);
  }

  public sendFrame(body: Buffer): void {
    this.said.push(`send raw ${body.toString('latin1')}`);
  }

  public complete(peer: ReadonlyMap<string, Buffer>): void {
    this.said.push(`complete ${[...peer].map(([name, value]) => `${name}=${value.toString('latin1')}`).join(',')}`);
  }

  public fail(error: ZmqError): void {
    this.said.push(`fail ${error.code} ${error.fatal}`);
  }
}

function started(): { mechanism: IMechanism; said: string[] } {
  const sink = new Sink();
  const config = { socketType: 'DEALER', options, metadata: Buffer.from('metadata'), remoteAddress: 'peer' };
  const mechanism = new NullMechanismFactory().create(config);
  mechanism.start(sink);
  return { mechanism, said: sink.said };
}

describe('NULL (RFC 37)', () => {
  it('sends READY with our metadata at once, without waiting for the peer', () => {
    expect(started().said).toEqual(['send READY metadata']);
  });

  it("completes with the peer's READY, its properties by lower-case name", () => {
    const { mechanism, said } = started();
    mechanism.onCommand('READY', Buffer.concat([property('Socket-Type', 'ROUTER'), property('X-a', '')]));
    expect(said.slice(1)).toEqual(['complete socket-type=ROUTER,x-a=']);
  });

  it('keeps copies: the buffer that the properties came in may be used again', () => {
    const sink: Buffer[] = [];
    const config = { socketType: 'DEALER', options, metadata: Buffer.alloc(0), remoteAddress: '' };
    const mechanism = new NullMechanism(config);
    mechanism.start({
      sendCommand: () => undefined,
      sendFrame: () => undefined,
      complete: (peer) => void sink.push(...peer.values()),
      fail: () => undefined,
    });
    const data = property('Identity', 'stays');
    mechanism.onCommand('READY', data);
    data.fill(0);
    expect(String(sink[0])).toBe('stays');
  });

  it.each<[string, string, Buffer, string]>([
    ['metadata that does not add up', 'READY', Buffer.from([5, 1]), 'fail ProtocolViolation true'],
    ['another command', 'HELLO', Buffer.alloc(0), 'fail ProtocolViolation true'],
    ['a name without letters', '', Buffer.alloc(0), 'fail ProtocolViolation true'],
    ['ERROR 400', 'ERROR', Buffer.from('\x03400'), 'fail AuthenticationFailure true'],
    ['ERROR with another reason', 'ERROR', Buffer.from('\x02no'), 'fail ConnectionClosed true'],
    ['ERROR without a length', 'ERROR', Buffer.alloc(0), 'fail ProtocolViolation true'],
  ])('%s fails for good', (_name, name, data, verdict) => {
    const { mechanism, said } = started();
    mechanism.onCommand(name, data);
    expect(said.slice(1)).toEqual([verdict]);
  });

  it('says nothing any more after it was closed, and may be closed before it was started', () => {
    const { mechanism, said } = started();
    mechanism.close();
    mechanism.onCommand('READY', Buffer.alloc(0));
    mechanism.close();
    expect(said).toHaveLength(1);
    const early = new NullMechanism({ socketType: 'DEALER', options, metadata: Buffer.alloc(0), remoteAddress: '' });
    early.close();
    early.onCommand('READY', Buffer.alloc(0));
  });
});

describe('MechanismRegistry', () => {
  const factory = (name: string, wanted: boolean): IMechanismFactory => ({
    name,
    wanted: () => wanted,
    create: () => {
      throw new Error('choosing makes nothing');
    },
  });
  const nothing = new NullMechanismFactory();

  it('chooses NULL when no other one is wanted, wherever it stands in the list', () => {
    for (const list of [[nothing], [nothing, factory('PLAIN', false)], [factory('PLAIN', false), nothing]]) {
      expect(new MechanismRegistry(list).select(options)).toBe(nothing);
    }
  });

  it('asks NULL last: another one that is wanted comes first', () => {
    const plain = factory('PLAIN', true);
    for (const list of [
      [nothing, plain],
      [plain, nothing],
    ]) {
      expect(new MechanismRegistry(list).select(options)).toBe(plain);
    }
  });

  it('chooses by the options of the socket', () => {
    const named: IMechanismFactory = { ...factory('NAMED', true), wanted: ({ routingId }) => routingId.length > 0 };
    const registry = new MechanismRegistry([nothing, named]);
    expect(registry.select(options)).toBe(nothing);
    expect(registry.select({ ...options, routingId: Buffer.from('x') })).toBe(named);
  });

  it('of two with the same name the last one counts, so that a module can replace one', () => {
    const [first, second] = [factory('PLAIN', true), factory('PLAIN', true)];
    const own = factory('NULL', true);
    const registry = new MechanismRegistry([nothing, first, second]);
    expect([registry.select(options), registry.names]).toEqual([second, ['PLAIN', 'NULL']]);
    expect(new MechanismRegistry([nothing, own]).select(options)).toBe(own);
  });

  it('refuses a socket that nothing fits', () => {
    for (const list of [[], [factory('PLAIN', false)]]) {
      expect(() => new MechanismRegistry(list).select(options)).toThrow(
        expect.objectContaining({ code: 'UnsupportedFeature', errno: 'ENOTSUP' }),
      );
    }
  });

  it.each(['', 'x'.repeat(21), 'with space', 'PLÄIN', 'A\0B'])(
    'refuses the name %j, which no greeting can carry',
    (name) => {
      expect(() => new MechanismRegistry([factory(name, true)])).toThrow(ZmqError);
    },
  );

  it('takes a name of 20 characters', () => {
    expect(new MechanismRegistry([factory('X'.repeat(20), true)]).names).toEqual(['X'.repeat(20)]);
  });
});
