import { leftOut } from './tools/judges.mjs';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // test/uring needs the addon: jest.uring.config.mjs.
  testPathIgnorePatterns: ['/test/uring/', ...leftOut().map((file) => `/${file.replaceAll('.', '\\.')}$`)],
  // For the processes of their own that some need, on a machine that is busy.
  testTimeout: 90_000,
  maxWorkers: 2,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^rzmq$': '<rootDir>/src/index.ts',
    '^rzmq/plugin$': '<rootDir>/src/plugin.ts',
    '^rzmq/testing$': '<rootDir>/src/testing/index.ts',
    '^rzmq/compat$': '<rootDir>/src/compat/index.ts',
    '^rzmq/compat/v5$': '<rootDir>/src/compat/v5.ts',
    '^rzmq/compat/draft$': '<rootDir>/src/compat/draft.ts',
    '^rzmq/(ws|tls)$': '<rootDir>/src/plugins/$1/index.ts',
    '^zeromq$': '<rootDir>/tools/no-native-in-jest.cjs',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
  coverageThreshold: { global: { lines: 90, branches: 85 } },
};
