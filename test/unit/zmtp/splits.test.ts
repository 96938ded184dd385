import { describe, expect, it } from '@jest/globals';
import { greeting, message, ready } from '../../support/naive-zmtp.js';
import { SEED, SeededRandom } from '../../support/seeded-random.js';
import { partnerOf, TestMachine } from '../../support/test-machine.js';
import { fromHex, vectors } from '../../support/vectors.js';

/** A peer's whole stream of bytes, and the socket that hears it. */
interface Conversation {
  readonly name: string;
  readonly socketType: string;
  readonly bytes: Buffer;
}

const HELLO = message('hello', '');

function conversations(): Conversation[] {
  const greetings = vectors('greetings') as { acceptance: { name: string; hex: string }[] };
  const readies = vectors('ready') as {
    cases: { socket_type: string; routing_id: string; hex: string }[];
    first_command_to_router: { name: string; hex: string }[];
  };
  const frames = vectors('frames') as {
    received: { description: string; hex: string }[];
    sent: { description: string; hex: string | null }[];
  };
  const heartbeats = vectors('heartbeat') as { ping_pong: { description: string; ping: string }[] };
  const pubsub = vectors('pubsub') as { to_xpub: { description: string; hex: string | null }[] };
  const nulls = vectors('handshake-null') as {
    cases: { description: string; transcript: { from: string; hex?: string }[] }[];
  };

  const after = (socketType: string, name: string, hex: string | null): Conversation => ({
    name,
    socketType,
    bytes: Buffer.concat([greeting(), ready(partnerOf(socketType)), fromHex(hex ?? ''), HELLO]),
  });
  return [
    ...greetings.acceptance.map(({ name, hex }) => ({
      name,
      socketType: 'DEALER',
      bytes: Buffer.concat([fromHex(hex), ready('DEALER'), HELLO]),
    })),
    ...readies.cases.map(({ socket_type: type, routing_id: id, hex }) => ({
      name: `READY of ${type} "${id}"`,
      socketType: partnerOf(type),
      bytes: Buffer.concat([greeting(), fromHex(hex), HELLO]),
    })),
    ...readies.first_command_to_router.map(({ name, hex }) => ({
      name,
      socketType: 'ROUTER',
      bytes: Buffer.concat([greeting(), fromHex(hex), HELLO]),
    })),
    ...frames.received.map(({ description, hex }) => after('DEALER', description, hex)),
    ...frames.sent.map(({ description, hex }) => after('PULL', description, hex)),
    ...heartbeats.ping_pong.map(({ description, ping }) => after('PAIR', description, ping)),
    ...pubsub.to_xpub.map(({ description, hex }) => after('XPUB', description, hex)),
    ...nulls.cases.flatMap(({ description, transcript }) =>
      ['client', 'server'].map((from) => ({
        name: `${description}, what the ${from} says`,
        // A type that nobody refuses: a type of a module may talk to all.
        socketType: 'TEST',
        bytes: fromHex(transcript.map((step) => (step.from === from ? (step.hex ?? '') : '')).join('')),
      })),
    ),
  ];
}

/** All that a machine makes of a stream that comes in reads of these sizes. */
function outcome({ socketType, bytes }: Conversation, sizes: readonly number[] | number, stopping = false): string {
  const machine = new TestMachine({ socketType });
  if (stopping) machine.sink.onMessage = () => false;
  machine.start().feed(bytes, sizes);
  for (let i = 0; stopping && i < 20; i++) machine.resume();
  return JSON.stringify({
    delivered: machine.delivered,
    verdict: machine.sink.failures.map((error) => [error.code, error.errno, error.fatal, error.message]),
    peers: machine.sink.peers.map((peer) => [peer.socketType, peer.routingId, peer.names()]),
    written: machine.sink.written.toString('hex'),
    violations: machine.sink.violations,
  });
}

describe('what a machine makes of the bytes does not depend on how they are cut', () => {
  it.each(conversations())('$name', (conversation) => {
    const { bytes } = conversation;
    const whole = outcome(conversation, bytes.length);
    expect(whole).toContain('"violations":[]');
    expect(outcome(conversation, 1)).toBe(whole);
    for (let at = 1; at < bytes.length; at++) {
      const split = outcome(conversation, [at, bytes.length]);
      if (split !== whole) expect(`at ${at}: ${split}`).toBe(whole);
    }
    expect(outcome(conversation, bytes.length, true)).toBe(whole);
    expect(outcome(conversation, 1, true)).toBe(whole);
  });

  it.each(conversations())(`$name, in random pieces (RZMQ_TEST_SEED=${SEED})`, (conversation) => {
    const random = new SeededRandom(SEED);
    const whole = outcome(conversation, conversation.bytes.length);
    for (let i = 0; i < 30; i++) {
      const cuts = random.cuts(conversation.bytes.length, random.pick([2, 5, 20, 100]));
      const split = outcome(conversation, cuts, i % 2 === 1);
      if (split !== whole) expect(`in pieces of ${String(cuts)}: ${split}`).toBe(whole);
    }
  });
});
