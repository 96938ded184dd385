/**
 * Who may import whom, low to high: core <- {engines, patterns} <- di <- api <- products (testing, compat, cli).
 * Only di imports implementations; engines and patterns never meet. Type-only imports count like any other.
 */
const CORE_BUILTINS = '^(node:)?(events|buffer|util(/types)?)$';

/** Files below `from` may import, within src, only what matches one of `allowed`. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: `^src/(${allowed.join('|')})` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    only('layer-core', '^src/core/', ['core/']),
    only('layer-engines', '^src/engines/', ['core/', 'engines/']),
    only('layer-patterns', '^src/patterns/', ['core/', 'patterns/']),
    only('layer-di', '^src/di/', ['core/', 'engines/', 'patterns/', 'di/']),
    only('layer-api', '^src/api/', ['core/', 'di/', 'api/']),
    only('entry-index', '^src/index\\.ts$', ['core/', 'api/']),
    only('entry-plugin', '^src/plugin\\.ts$', ['core/', 'di/']),
    only('plugins', '^src/plugins/([^/]+)/', ['plugins/(shared|$1)/', 'index\\.ts$', 'plugin\\.ts$']),
    only('products', '^src/(testing|compat|cli)/', ['$1/', 'index\\.ts$', 'plugin\\.ts$']),
    {
      name: 'no-circular',
      severity: 'error',
      from: { pathNot: '^src/core/' },
      to: { circular: true },
    },
    {
      name: 'no-circular-values-in-core',
      comment: 'Contracts may refer to each other by type; values may not.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'container-only-in-di',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(di/|core/contracts/token\\.ts$|plugin\\.ts$)' },
      to: { path: ['(^|/)node_modules/(inversify|@inversifyjs|reflect-metadata)/', '^(inversify|reflect-metadata)'] },
    },
    {
      name: 'builtins-in-core',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { dependencyTypes: ['core'], pathNot: CORE_BUILTINS },
    },
    {
      name: 'builtins-elsewhere',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(core|engines|di|api|testing|compat|cli|plugins)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-production-dependencies',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/plugins/ws/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'ws-only-by-its-plugin',
      comment: 'An optional peer dependency: whoever does not use rzmq/ws has it not, and no other plugin may need it.',
      severity: 'error',
      from: { path: '^src/plugins/ws/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '(^|/)node_modules/(@types/)?ws/' },
    },
    {
      name: 'nobody-needs-a-plugin',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/plugins/' },
      to: { path: '^src/plugins/' },
    },
    {
      name: 'stays-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { pathNot: ['^src/', 'node_modules/'], dependencyTypes: ['local'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.d.ts'],
    },
  },
};
