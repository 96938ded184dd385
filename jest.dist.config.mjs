import base from './jest.config.mjs';

/**
 * The same tests on the code that ships: sources are compiled by swc for `npm test`, but by tsc for dist. Without those that
 * play a program of their own for long, whose processes use dist anyway, and those that judge the kits, not the package.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  roots: ['<rootDir>/dist', '<rootDir>/test'],
  testPathIgnorePatterns: [...base.testPathIgnorePatterns, '/test/stress/', '/test/sim/', '/test/compliance/broken-'],
  moduleNameMapper: {
    '^rzmq$': '<rootDir>/dist/index.js',
    '^rzmq/plugin$': '<rootDir>/dist/plugin.js',
    '^rzmq/testing$': '<rootDir>/dist/testing/index.js',
    '^rzmq/compat$': '<rootDir>/dist/compat/index.js',
    '^rzmq/compat/v5$': '<rootDir>/dist/compat/v5.js',
    '^rzmq/compat/draft$': '<rootDir>/dist/compat/draft.js',
    '^rzmq/(ws|tls)$': '<rootDir>/dist/plugins/$1/index.js',
    '^zeromq$': '<rootDir>/tools/no-native-in-jest.cjs',
    '^(?:\\.\\./)+src/(.*)\\.js$': '<rootDir>/dist/$1.js',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
