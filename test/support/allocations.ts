import { jest } from '@jest/globals';

/** What buffers were made while `work` ran. */
export interface Allocations {
  readonly largest: number;
  readonly total: number;
}

/** Runs `work`, and counts the memory that it asks for. Buffer's functions do what they always do. */
export function allocationsOf(work: () => void): Allocations {
  const spies = [jest.spyOn(Buffer, 'alloc'), jest.spyOn(Buffer, 'allocUnsafe'), jest.spyOn(Buffer, 'allocUnsafeSlow')];
  let largest = 0;
  let total = 0;
  try {
    work();
    for (const spy of spies) {
      for (const [size] of spy.mock.calls) {
        largest = Math.max(largest, size);
        total += size;
      }
    }
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return { largest, total };
}
