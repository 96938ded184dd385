import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { SocketOptionsInit } from '../../../src/core/options/inputs.js';
import { SocketOption } from '../../../src/core/options/numbers.js';
import { SocketOptions } from '../../../src/core/options/socket-options.js';
import { createTypedOptions } from '../../../src/core/options/typed-options.js';
import { z85Encode } from '../../../src/core/z85.js';

const KEY = Buffer.from(Array.from({ length: 32 }, (_unused, i) => i + 100));
const TEXT = z85Encode(KEY);
const PASSWORD = 'tell-nobody-7';

/** Mechanism and roles after some settings, in their order. */
function after(...settings: [property: string, value: unknown][]): unknown {
  const options = new SocketOptions('DEALER');
  for (const [property, value] of settings) options.setByName(property, value);
  const { PLAIN_SERVER, CURVE_SERVER, MECHANISM } = SocketOption;
  return [options.get(MECHANISM), options.get(PLAIN_SERVER), options.get(CURVE_SERVER)];
}

const NULL_SOCKET = [0, false, false];
const PLAIN_SERVER = [1, true, false];
const PLAIN_CLIENT = [1, false, false];
const CURVE_SERVER = [2, false, true];
const CURVE_CLIENT = [2, false, false];

describe('which mechanism a socket has: the last setting counts, as in libzmq', () => {
  it.each<[string, [string, unknown][], unknown]>([
    ['nothing', [], NULL_SOCKET],
    ['plainServer', [['plainServer', true]], PLAIN_SERVER],
    [
      'plainServer off again',
      [
        ['plainServer', true],
        ['plainServer', false],
      ],
      NULL_SOCKET,
    ],
    ['a user name', [['plainUsername', 'u']], PLAIN_CLIENT],
    ['a password', [['plainPassword', 'p']], PLAIN_CLIENT],
    [
      'no user name',
      [
        ['plainUsername', 'u'],
        ['plainUsername', null],
      ],
      NULL_SOCKET,
    ],
    [
      'no password',
      [
        ['plainPassword', 'u'],
        ['plainPassword', ''],
      ],
      NULL_SOCKET,
    ],
    [
      'a user name of a server',
      [
        ['plainServer', true],
        ['plainUsername', 'u'],
      ],
      PLAIN_CLIENT,
    ],
    [
      'a server with a user name',
      [
        ['plainUsername', 'u'],
        ['plainServer', true],
      ],
      PLAIN_SERVER,
    ],
    ['curveServer', [['curveServer', true]], CURVE_SERVER],
    [
      'curveServer off again',
      [
        ['curveServer', true],
        ['curveServer', false],
      ],
      NULL_SOCKET,
    ],
    ['an own key', [['curveSecretKey', KEY]], CURVE_CLIENT],
    [
      'a key for a server',
      [
        ['curveServer', true],
        ['curveSecretKey', KEY],
        ['curvePublicKey', KEY],
      ],
      CURVE_SERVER,
    ],
    [
      "a server's key",
      [
        ['curveServer', true],
        ['curveServerKey', KEY],
      ],
      CURVE_CLIENT,
    ],
    [
      'CURVE after PLAIN',
      [
        ['plainServer', true],
        ['curveServer', true],
      ],
      CURVE_SERVER,
    ],
    [
      'PLAIN after CURVE',
      [
        ['curveServer', true],
        ['plainUsername', 'u'],
      ],
      PLAIN_CLIENT,
    ],
    [
      'PLAIN switched off under CURVE',
      [
        ['curveServer', true],
        ['plainServer', false],
      ],
      NULL_SOCKET,
    ],
  ])('%s', (_name, settings, expected) => {
    expect(after(...settings)).toEqual(expected);
  });

  it('can be set when the socket is made, in any order that makes sense', () => {
    const server: SocketOptionsInit = { curveServer: true, curveSecretKey: TEXT };
    expect(new SocketOptions('PULL', {}, server).values.securityMechanism).toBe(2);
    expect(new SocketOptions('PULL', server, { plainServer: true }).values.securityMechanism).toBe(1);
  });

  it('cannot be set itself', () => {
    expect(() => new SocketOptions('PULL').setByName('securityMechanism', 1)).toThrow(/can only be read/);
  });
});

describe('a CURVE key', () => {
  it.each<[string, string | Uint8Array]>([
    ['32 bytes', KEY],
    ['Z85', TEXT],
    ['the bytes of Z85', Buffer.from(TEXT)],
    ['Z85 with its NUL, as in C', Buffer.from(`${TEXT}\0`)],
  ])('is taken as %s, and given out as bytes', (_name, input) => {
    const options = new SocketOptions('DEALER');
    for (const property of ['curvePublicKey', 'curveSecretKey', 'curveServerKey']) {
      options.setByName(property, input);
      expect(options.getByName(property)).toEqual(KEY);
    }
    expect(options.get(SocketOption.CURVE_SECRETKEY)).toEqual(KEY);
  });

  it.each<[string, unknown]>([
    ['31 bytes', KEY.subarray(1)],
    ['33 bytes', Buffer.alloc(33)],
    ['text that is no Z85', '~'.repeat(40)],
    ['41 bytes without a NUL', `${TEXT}0`],
    ['a group that is too large', `#####${TEXT.slice(5)}`],
    ['nothing', null],
    ['no text', ''],
    ['a number', 1],
  ])('is refused as %s, and the error does not show it', (_name, input) => {
    const options = new SocketOptions('DEALER');
    for (const property of ['curvePublicKey', 'curveSecretKey', 'curveServerKey']) {
      const set = () => options.setByName(property, input);
      expect(set).toThrow(expect.objectContaining({ code: 'InvalidOptionValue', errno: 'EINVAL' }));
      expect(set).toThrow(/32 bytes, or Z85 text of 40 characters/);
      expect(set).not.toThrow(/~~|####/);
    }
  });
});

describe('secrets', () => {
  const init: SocketOptionsInit = { plainPassword: PASSWORD, curveSecretKey: KEY };

  it('are in no way of showing the options', () => {
    const options = new SocketOptions('DEALER', {}, init);
    const shown = [options, options.values, options.snapshot(), createTypedOptions(options)].flatMap((value) => [
      inspect(value, { depth: 20, showHidden: true, showProxy: true }),
      inspect(value, { customInspect: false, depth: 20 }),
      JSON.stringify(value),
    ]);
    for (const text of shown) {
      expect(text).not.toContain(PASSWORD);
      for (const hidden of [KEY, Buffer.from(PASSWORD)]) {
        expect(text).not.toContain(hidden.toString('hex'));
        expect(text).not.toContain(hidden.toString('hex').replace(/..(?=.)/g, '$& '));
        expect(text).not.toContain([...hidden].join(','));
      }
    }
    expect(inspect(createTypedOptions(options))).toContain("plainPassword: '<secret>'");
  });

  it('are given to whoever asks for them by name', () => {
    const typed = createTypedOptions(new SocketOptions('DEALER', {}, init));
    const password: string = typed.plainPassword;
    const key: Buffer = typed.curveSecretKey;
    expect([password, key]).toEqual([PASSWORD, KEY]);
  });

  it('are overwritten when the socket has ended, also those that were replaced', () => {
    const options = new SocketOptions('DEALER', {}, init);
    const before = options.snapshot();
    options.setByName('curveSecretKey', Buffer.alloc(32, 1));
    options.wipe();
    for (const { curveSecretKey, plainPassword } of [before, options.values]) {
      expect([curveSecretKey.empty, plainPassword.empty]).toEqual([true, true]);
    }
    // What the caller gave is the caller's.
    expect(KEY[0]).toBe(100);
  });
});
