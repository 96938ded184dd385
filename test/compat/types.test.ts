import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the compiler says of the program, with the declarations of one package. */
function compile(declarations: string, draft: string, old: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rzmq-types-'));
  try {
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        rootDir: root,
        noEmit: true,
        declaration: false,
        declarationMap: false,
        isolatedDeclarations: false,
        // zeromq.js declares the properties of versions 4 and 5 by an index signature.
        noPropertyAccessFromIndexSignature: false,
        skipLibCheck: true,
        typeRoots: [join(root, 'node_modules/@types')],
        paths: {
          'rzmq/compat': [join(root, declarations)],
          'rzmq/compat/draft': [join(root, draft)],
          'rzmq/compat/v5': [join(root, old)],
        },
      },
      include: [join(root, 'test/compat/types')],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compiler = join(root, 'node_modules/typescript7/bin/tsc');
    const { stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each([
  [
    'zeromq',
    'node_modules/zeromq/lib/index.d.ts',
    'node_modules/zeromq/lib/draft.d.ts',
    'node_modules/zeromq/lib/compat.d.ts',
  ],
  ['rzmq/compat', 'dist/compat/index.d.ts', 'dist/compat/draft.d.ts', 'dist/compat/v5.d.ts'],
])('the programs compile with the declarations of %s', (_name, declarations, draft, old) => {
  expect(compile(declarations, draft, old)).toBe('');
});

test('a program that is wrong does not', () => {
  expect(compile('dist/compat/draft.d.ts', 'dist/compat/draft.d.ts', 'dist/compat/v5.d.ts')).toContain('error TS');
});

// TypeScript reads `exports` only where it resolves modules as Node 16 and later, or as a bundler: most CommonJS projects do not.
test('every path has its types for old ways of resolution, too', () => {
  const { exports, typesVersions } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { types: string }>;
    typesVersions: Record<'*', Record<string, string[]>>;
  };
  const paths = Object.entries(exports).flatMap(([path, target]) =>
    path === '.' || typeof target === 'string' ? [] : [[path.slice(2), [target.types]]],
  );
  expect(typesVersions['*']).toEqual(Object.fromEntries(paths));
});
