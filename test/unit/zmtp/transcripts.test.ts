import { describe, expect, it } from '@jest/globals';
import type { OutMessage } from '../../../src/core/msg.js';
import { COMMAND, MORE, messagesOf, parseCommand, parseFrames, type WireFrame } from '../../support/naive-zmtp.js';
import { subscription, TestMachine } from '../../support/test-machine.js';
import { fromHex, vectors } from '../../support/vectors.js';

interface Step {
  from: 'client' | 'server';
  hex?: string;
  close?: boolean;
}

const { cases } = vectors('handshake-null') as { cases: { description: string; transcript: Step[] }[] };

type Role = Step['from'];

/** All bytes of one side. */
function bytesOf(transcript: readonly Step[], role: Role): Buffer {
  return fromHex(transcript.map((step) => (step.from === role ? (step.hex ?? '') : '')).join(''));
}

/** What a side says of itself in its READY: type and routing id. */
function selfOf(bytes: Buffer): { socketType: string; routingId: string } {
  const { data } = parseCommand((parseFrames(bytes.subarray(64))[0] as WireFrame).body);
  const typeAt = 1 + data.readUInt8(0) + 4;
  const typeEnd = typeAt + data.readUInt32BE(typeAt - 4);
  const idAt = typeEnd + 1 + 'Identity'.length + 4;
  return { socketType: data.toString('latin1', typeAt, typeEnd), routingId: data.toString('latin1', idAt) };
}

/** The calls that make a side write its traffic. */
function sendsOf(frames: readonly WireFrame[]): OutMessage[] {
  const sends: OutMessage[] = [];
  let parts: Buffer[] = [];
  for (const { flags, body } of frames) {
    if ((flags & COMMAND) !== 0) {
      const { name, data } = parseCommand(body);
      sends.push(subscription(name === 'SUBSCRIBE', data));
      continue;
    }
    parts.push(body);
    if ((flags & MORE) !== 0) continue;
    sends.push(parts);
    parts = [];
  }
  return sends;
}

const isDenied = ({ description }: { description: string }): boolean => description.includes('answers 400');
const plays = cases.filter((vector) => !isDenied(vector));

describe.each(['client', 'server'] as const)('whole connections of libzmq, with our machine as the %s', (role) => {
  const other = role === 'client' ? 'server' : 'client';

  it.each(plays)('$description', ({ transcript }) => {
    const ours = bytesOf(transcript, role);
    const theirs = bytesOf(transcript, other);
    const traffic = parseFrames(ours.subarray(64)).slice(1);

    const machine = new TestMachine(selfOf(ours)).start();
    for (const step of transcript) {
      if (step.from === other && step.hex !== undefined) machine.feed(fromHex(step.hex));
    }
    expect(machine.sink.peers.map((peer) => peer.socketType)).toEqual([selfOf(theirs).socketType]);
    expect(machine.sink.peers[0]?.routingId.toString('latin1')).toBe(selfOf(theirs).routingId);
    machine.send(...sendsOf(traffic));

    expect(machine.sink.written.toString('hex')).toBe(ours.toString('hex'));
    const expected = messagesOf(parseFrames(theirs.subarray(64)).slice(1));
    expect(machine.delivered).toEqual(expected.map((frames) => frames.map((body) => body.toString('hex')).join('|')));
    expect([machine.verdict, machine.sink.violations]).toEqual(['open', []]);
  });
});

describe('a connection that the server denies by ZAP', () => {
  it.each(cases.filter(isDenied))('$description', ({ transcript }) => {
    const ours = bytesOf(transcript, 'client');
    const machine = new TestMachine(selfOf(ours)).start();
    machine.feed(bytesOf(transcript, 'server'));
    expect(machine.sink.written.toString('hex')).toBe(ours.toString('hex'));
    expect(machine.verdict).toBe('AuthenticationFailure EACCES fatal');
    expect(machine.sink.failure?.message).toContain('400');
    expect(machine.sink.peers).toEqual([]);
  });
});
