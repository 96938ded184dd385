import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const layers = ['src/core/**', 'src/engines/**', 'src/patterns/**', 'src/plugins/**'];
/** The real clock, scheduler and random source are implemented here, so here the globals are needed. */
const services = ['src/engines/services/**'];

const clock = 'Take the injected IClock instead: tests and simulations own the time.';
const scheduler = 'Take the injected IScheduler instead: simulations own the event loop.';
const random = 'Take the injected IRandom instead: a failure must be reproducible from its seed.';

const topLevelAwait = {
  selector:
    'Program > :matches(ExpressionStatement, VariableDeclaration, ExportNamedDeclaration) AwaitExpression:not(:function AwaitExpression)',
  message: 'Top-level await breaks require() of this package.',
};
const moduleState = {
  selector:
    ':matches(Program > VariableDeclaration, Program > ExportNamedDeclaration > VariableDeclaration):not([kind="const"], [declare=true])',
  message: 'No mutable state in a module: two Contexts never share anything.',
};
const instanceofError = {
  selector: 'BinaryExpression[operator="instanceof"][right.name="Error"]',
  message: 'False for errors of another realm (Jest, vm, worker threads): test `code`, or use types.isNativeError.',
};
const wallClock = {
  selector: ':matches(NewExpression, CallExpression)[callee.name="Date"][arguments.length=0]',
  message: clock,
};

export default defineConfig(
  // The program of the type test is only compiled, and has what is wrong in it.
  { ignores: ['dist/**', 'docs/**', 'coverage/**', '**/*.js', '**/*.mjs', '**/*.cjs', 'test/compat/types/**'] },
  tseslint.configs.strictTypeChecked,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: { parserOptions: { project: ['./tsconfig.test.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // What is caught and passed on was thrown as an Error; the type of a caught value cannot say so.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowBoolean: true, allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Narrowing outlives the calls that change a field, so this rule would call re-checked state unnecessary.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // With noUncheckedIndexedAccess, `!` is how a hot loop says that an index is in range; a check would cost.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/**'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-restricted-imports': ['error', { paths: [{ name: 'zeromq', message: 'rzmq needs no native code.' }] }],
      'no-restricted-syntax': ['error', topLevelAwait, moduleState, instanceofError],
      '@typescript-eslint/explicit-member-accessibility': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
    },
  },
  {
    // The types of zeromq.js are classes merged with interfaces, and programs extend them.
    files: ['src/compat/**'],
    rules: {
      '@typescript-eslint/no-unsafe-declaration-merging': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
    },
  },
  {
    files: layers,
    ignores: services,
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: clock },
        { name: 'setInterval', message: clock },
        { name: 'performance', message: clock },
        { name: 'setImmediate', message: scheduler },
        { name: 'queueMicrotask', message: scheduler },
        { name: 'crypto', message: random },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: clock },
        { object: 'performance', property: 'now', message: clock },
        { object: 'process', property: 'hrtime', message: clock },
        { object: 'AbortSignal', property: 'timeout', message: clock },
        { object: 'process', property: 'uptime', message: clock },
        { object: 'process', property: 'nextTick', message: scheduler },
        { object: 'Atomics', property: 'wait', message: scheduler },
        { object: 'Math', property: 'random', message: random },
        { object: 'globalThis', property: 'setTimeout', message: clock },
        { object: 'globalThis', property: 'setInterval', message: clock },
        { object: 'globalThis', property: 'setImmediate', message: scheduler },
        { object: 'globalThis', property: 'queueMicrotask', message: scheduler },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'zeromq', message: 'rzmq needs no native code.' },
            { name: 'node:timers', message: clock },
            { name: 'node:timers/promises', message: clock },
            { name: 'node:perf_hooks', message: clock },
            { name: 'node:process', importNames: ['nextTick', 'hrtime'], message: scheduler },
            {
              name: 'node:crypto',
              importNames: [
                'generateKey',
                'generateKeyPair',
                'generateKeyPairSync',
                'generateKeySync',
                'getRandomValues',
                'randomBytes',
                'randomFill',
                'randomFillSync',
                'randomInt',
                'randomUUID',
                'webcrypto',
              ],
              message: random,
            },
          ],
        },
      ],
      'no-restricted-syntax': ['error', topLevelAwait, moduleState, instanceofError, wallClock],
    },
  },
  {
    files: ['test/**', 'bench/**', 'examples/**'],
    rules: {
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['test/**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'zeromq', message: 'Load the native binding in a child process, never in a Jest worker.' }] },
      ],
    },
  },
  {
    files: ['bench/**', 'examples/**'],
    // Single parts are measured as they are, not through the public interface.
    ignores: ['bench/micro/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '/(src|dist)/', message: "Import from 'rzmq', as a user of the package does." }] },
      ],
    },
  },
);
