import base from './jest.config.mjs';

/**
 * The suites that use tcp, over io_uring, and those of the addon itself. Needs Linux and the addon:
 * npm run build:uring.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  testMatch: [
    '<rootDir>/test/spec/**/*.test.ts',
    '<rootDir>/test/interop/**/*.test.ts',
    '<rootDir>/test/uring/**/*.test.ts',
    ...[
      'chaos',
      'churn',
      'close-anytime',
      'exceptions',
      'fairness',
      'hostile-peers',
      'pending',
      'rebind',
      'slow-reader',
      'subscriptions',
      'term-in-traffic',
    ].map((name) => `<rootDir>/test/stress/${name}.test.ts`),
  ],
  testPathIgnorePatterns: base.testPathIgnorePatterns.filter((pattern) => !pattern.includes('uring')),
  setupFilesAfterEnv: ['<rootDir>/test/support/use-uring.ts'],
};
