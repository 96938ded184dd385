import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the compiler says of the program, with the declarations of one package. */
function compile(declarations: string, draft: string): string {
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
        skipLibCheck: true,
        typeRoots: [join(root, 'node_modules/@types')],
        paths: { 'rzmq/compat': [join(root, declarations)], 'rzmq/compat/draft': [join(root, draft)] },
      },
      include: [join(root, 'test/compat/types/program.ts')],
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
  ['zeromq', 'node_modules/zeromq/lib/index.d.ts', 'node_modules/zeromq/lib/draft.d.ts'],
  ['rzmq/compat', 'dist/compat/index.d.ts', 'dist/compat/draft.d.ts'],
])('one program compiles with the declarations of %s', (_name, declarations, draft) => {
  expect(compile(declarations, draft)).toBe('');
});

test('a program that is wrong does not', () => {
  expect(compile('dist/compat/draft.d.ts', 'dist/compat/draft.d.ts')).toContain('error TS');
});
