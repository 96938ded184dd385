import { describe, expect, it } from '@jest/globals';
import { SendMemory } from '../../../src/engines/uring/send-memory.js';

const SLAB = 100;
const memoryOf = (slabs: number): { memory: ArrayBuffer; sending: SendMemory } => {
  const memory = new ArrayBuffer(slabs * SLAB);
  return { memory, sending: new SendMemory(memory, SLAB) };
};

describe('the memory for sending', () => {
  it('gives room one behind the other, and the beginning again when all is sent', () => {
    const { sending } = memoryOf(2);
    expect([sending.allocate(40), sending.allocate(40)]).toEqual([0, 40]);
    sending.release(0);
    sending.release(40);
    expect(sending.allocate(100)).toBe(0);
  });

  it('goes on in a slab of which everything is sent, and says when there is none', () => {
    const { sending } = memoryOf(3);
    expect([60, 60, 60].map((size) => sending.allocate(size))).toEqual([0, 100, 200]);
    expect(sending.allocate(60)).toBe(-1);
    // There is still room for less.
    expect(sending.allocate(40)).toBe(260);
    sending.release(100);
    expect(sending.allocate(60)).toBe(100);
    sending.release(0);
    expect(sending.allocate(60)).toBe(0);
  });

  it('puts chunks one behind the other', () => {
    const { memory, sending } = memoryOf(1);
    sending.allocate(3);
    sending.fill(sending.allocate(5), [Buffer.from('ab'), Buffer.from(''), Buffer.from('cde')]);
    expect(Buffer.from(memory).subarray(0, 9).toString()).toBe('\0\0\0abcde\0');
  });
});
