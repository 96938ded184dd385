import { describe, expect, it } from '@jest/globals';
import { SodiumCipher } from '../../../src/engines/crypto/sodium.js';
import { NoncePrefix } from '../../../src/engines/mechanisms/curve-box.js';
import { CurveTraffic } from '../../../src/engines/mechanisms/curve-traffic.js';
import { sodium } from '../../support/ciphers.js';
import { CURVE_CLIENT, CURVE_SERVER, ScriptedKeys, ScriptedRandom, secureMachine } from '../../support/curve-ground.js';
import { greeting } from '../../support/naive-zmtp.js';
import type { TestMachine } from '../../support/test-machine.js';
import { fromHex, vectors } from '../../support/vectors.js';

interface Captured {
  readonly keys: Readonly<Record<string, string>>;
  readonly vouch_nonce?: string;
  readonly welcome_nonce?: string;
  readonly frames: readonly {
    readonly from_: string;
    readonly name: string;
    readonly frame: string;
    readonly cookie?: string;
  }[];
}

const [first, second] = (vectors('curve') as { captures: [Captured, Captured] }).captures;
const GREETING = greeting({ mechanism: 'CURVE' });
/** A frame that claims to be larger is refused, a smaller one is waited for. */
const LARGEST = 60_000;
const cipher = new SodiumCipher(sodium());

/** libzmq's side of a recording, and our machine that it was recorded with, as far as it can tell. */
const sides = {
  server: {
    frames: second.frames.filter(({ from_ }) => from_ === 'client'),
    make: () =>
      secureMachine(CURVE_SERVER, {
        socketType: 'ROUTER',
        maxMessageSize: LARGEST,
        cipher,
        agreement: new ScriptedKeys([fromHex(second.keys['s_prime_secret']!)]),
        random: new ScriptedRandom([fromHex(second.frames[1]!.cookie!), fromHex(second.welcome_nonce!)]),
      }),
  },
  client: {
    frames: first.frames.filter(({ from_ }) => from_ === 'server'),
    make: () =>
      secureMachine(CURVE_CLIENT, {
        socketType: 'XSUB',
        maxMessageSize: LARGEST,
        cipher,
        agreement: new ScriptedKeys([fromHex(first.keys['c_prime_secret']!)]),
        random: new ScriptedRandom([fromHex(first.vouch_nonce!)]),
      }),
  },
} as const;

/** A machine that has got the frames before that one. */
function upTo(side: keyof typeof sides, index: number): TestMachine {
  const machine = sides[side].make().start();
  machine.feed(GREETING);
  for (const { frame } of sides[side].frames.slice(0, index)) machine.feed(fromHex(frame));
  return machine;
}

/** What the machine has let in. */
const state = (machine: TestMachine) => [machine.sink.peers.length, machine.sink.messages.length];

const cases = (Object.keys(sides) as (keyof typeof sides)[]).flatMap((side) =>
  sides[side].frames.map(({ name }, index): [string, string, number] => [side, name, index]),
);

describe('libzmq, with a bit of its frames changed on the way', () => {
  it.each(cases)('%s: every single bit of %s', (side, name, index) => {
    const key = side as keyof typeof sides;
    const honest = fromHex(sides[key].frames[index]!.frame);
    const outcomes = new Set<string>();
    const head = (honest[0]! & 2) === 0 ? 2 : 9;
    // What the body of a MESSAGE is worth is looked at below, without a handshake for each bit.
    const octets = name.startsWith('MESSAGE') ? head : honest.length;
    for (let bit = 0; bit < octets * 8; bit++) {
      const machine = upTo(key, index);
      const before = state(machine);
      const changed = Buffer.from(honest);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      machine.feed(changed);
      if (machine.verdict === 'open') machine.feed(Buffer.alloc(LARGEST + 9));
      outcomes.add(`${machine.verdict}, let in: ${JSON.stringify(state(machine)) !== JSON.stringify(before)}`);
      if (machine.sink.violations.length > 0) outcomes.add(machine.sink.violations.join());
    }
    for (const outcome of outcomes)
      expect(outcome).toMatch(/^(ProtocolViolation|ConnectionClosed) .* fatal, let in: false$/);
  });

  it.each([
    ['first', 'MESSAGE_OF_CLIENT', 'client'],
    ['first', 'MESSAGE_OF_SERVER', 'server'],
    ['second', 'MESSAGE_OF_CLIENT', 'client'],
    ['second', 'MESSAGE_OF_SERVER', 'server'],
  ] as const)('every single bit in the bodies of the messages of the %s recording: %s', (name, prefix, from) => {
    const { keys, frames } = name === 'first' ? first : second;
    for (const one of frames.filter((frame) => frame.from_ === from && frame.name.startsWith('MESSAGE'))) {
      const honest = fromHex(one.frame);
      const body = honest.subarray((honest[0]! & 2) === 0 ? 2 : 9);
      const traffic = new CurveTraffic(cipher, {
        key: fromHex(keys['session_key_beforenm']!),
        sendPrefix: NoncePrefix[prefix],
        receivePrefix: NoncePrefix[prefix],
        sent: 0,
        received: Buffer.alloc(8),
      });
      for (let bit = 0; bit < body.length * 8; bit++) {
        const changed = Buffer.from(body);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        if (traffic.open(changed, 0, changed.length) !== -1)
          throw new Error(`bit ${bit} of ${one.name} was not missed`);
      }
      expect(traffic.open(Buffer.from(body), 0, body.length)).toBeGreaterThanOrEqual(0);
    }
  });

  it.each(cases)('%s: %s twice', (side, name, index) => {
    const key = side as keyof typeof sides;
    const machine = upTo(key, index + 1);
    const before = state(machine);
    machine.feed(fromHex(sides[key].frames[index]!.frame));
    expect(machine.verdict).toBe('ProtocolViolation EPROTO fatal');
    expect(state(machine)).toEqual(before);
    expect(name).not.toBe('');
  });
});
