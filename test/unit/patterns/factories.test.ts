import { expect, test } from '@jest/globals';
import { SocketType } from '../../../src/core/socket-type.js';
import { patternFactories } from '../../../src/patterns/index.js';
import { TestSocket } from './support.js';

test('there is one factory for each socket type, and each socket gets a pattern of its own', () => {
  expect(patternFactories.map(({ type }) => type).sort()).toEqual(Object.values(SocketType).sort());
  for (const type of Object.values(SocketType)) {
    expect(new TestSocket(type).pattern).not.toBe(new TestSocket(type).pattern);
  }
});
