import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { SocketOptionsInit } from '../../../src/core/options/inputs.js';
import { SocketOptions } from '../../../src/core/options/socket-options.js';
import { OPTIONS } from '../../../src/core/options/table.js';
import type { TypedSocketOptions } from '../../../src/core/options/typed-options.js';
import { createTypedOptions } from '../../../src/core/options/typed-options.js';

describe('socket.options', () => {
  it('reads and writes by name, through the checks of the table', () => {
    const options = new SocketOptions('DEALER');
    const typed = createTypedOptions(options);
    typed.linger = 0;
    typed.sendHighWaterMark = 10;
    expect(options.values).toMatchObject({ linger: 0, sendHighWaterMark: 10 });
    expect(typed.linger).toBe(0);
    expect(() => (typed.linger = -2)).toThrow(/LINGER \(linger\)/);
    expect(() => (typed.mandatory = true)).toThrow(/ROUTER, REP/);
    expect(() => typed.mandatory).toThrow(/ROUTER, REP/);
  });

  it('tells settings that libzmq only lets one set', () => {
    const typed = createTypedOptions(new SocketOptions('ROUTER'));
    typed.mandatory = true;
    expect(typed.mandatory).toBe(true);
  });

  it('takes text where bytes are kept, and one or many where a list is kept', () => {
    const typed = createTypedOptions(new SocketOptions('ROUTER'));
    typed.routingId = 'me';
    const id: Buffer = typed.routingId;
    expect(id).toEqual(Buffer.from('me'));
    typed.connectRoutingId = new Uint8Array([1, 2]);
    expect(typed.connectRoutingId).toEqual(Buffer.from([1, 2]));
    typed.tcpAcceptFilter = '10.0.0.0/8';
    typed.tcpAcceptFilter = '::1';
    const filter: readonly string[] = typed.tcpAcceptFilter;
    expect(filter).toEqual(['10.0.0.0/8', '::1']);
    typed.tcpAcceptFilter = null;
    typed.metadata = ['X-a:1'];
    expect([typed.tcpAcceptFilter, typed.metadata]).toEqual([[], ['X-a:1']]);
  });

  it('has no silent places: read-only, refused and unknown names all throw', () => {
    const typed = createTypedOptions(new SocketOptions('SUB')) as unknown as Record<string, unknown>;
    expect(() => (typed['type'] = 1)).toThrow(/can only be read/);
    expect(() => (typed['sendBufferSize'] = 1)).toThrow(/SO_SNDBUF/);
    expect(() => typed['gssapiServer']).toThrow(/use CURVE/);
    expect(() => (typed['hwm'] = 1)).toThrow(expect.objectContaining({ code: 'InvalidOption' }));
    expect(() => (typed['subscribe'] = 'a')).toThrow(expect.objectContaining({ code: 'InvalidOption' }));
  });

  it('has its accessors once, on the prototype', () => {
    const first = createTypedOptions(new SocketOptions('PUB'));
    const second = createTypedOptions(new SocketOptions('SUB'));
    expect(Object.getPrototypeOf(first)).toBe(Object.getPrototypeOf(second));
    expect(Object.keys(first)).toEqual([]);
    for (const { property, role } of OPTIONS) expect(property in first).toBe(role !== 'action');
    expect([first.type, second.type]).toEqual([1, 2]);
  });

  it('shows what the socket has when it is inspected', () => {
    const text = inspect(createTypedOptions(new SocketOptions('REQ', {}, { relaxed: true })));
    expect(text).toContain('relaxed: true');
    expect(text).toContain("lastEndpoint: ''");
    expect(text).not.toContain('mandatory');
    expect(text).not.toContain('sendBufferSize');
  });

  it('has the types that the compiler should enforce', () => {
    // Never called: this is for the compiler.
    const check = (typed: TypedSocketOptions): SocketOptionsInit => {
      // @ts-expect-error it can only be read
      typed.type = 1;
      // @ts-expect-error a number is not given as text
      typed.linger = '1';
      // @ts-expect-error refused in this version
      typed.useFd = 1;
      const wrong: SocketOptionsInit = {
        // @ts-expect-error by name, a flag is not given as a number
        immediate: 1,
      };
      return { ...wrong, routingId: 'me', metadata: ['X-a:1'], welcomeMessage: null, linger: typed.linger };
    };
    expect(check).toBeInstanceOf(Function);
  });
});
