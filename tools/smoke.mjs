// Packs the built package, unpacks it as a user's node_modules would hold it, with its production dependencies only,
// and loads it by require() and by import from a folder outside this repository; then a strict TypeScript project uses it.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { name, version, dependencies, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const home = mkdtempSync(join(tmpdir(), `${name}-smoke-`));

const check = `
const assert = require('node:assert/strict');
const required = require('${name}');
assert.equal(typeof required.Context, 'function', 'Context is exported');
const plugin = require('${name}/plugin');
assert.ok(Object.keys(plugin).length > 0, 'plugin exports something');
const testing = require('${name}/testing');
assert.equal(testing.createTestContext().context instanceof required.Context, true, 'testing makes Contexts of the same class');
const compat = require('${name}/compat');
assert.equal(new compat.Dealer().type, 5, 'compat makes sockets');
assert.ok(new (require('${name}/compat/draft').Client)() instanceof compat.Socket, 'the drafts are sockets of compat');
const { tls } = require('${name}/tls');
const context = new required.Context({ modules: [tls({})] });
assert.ok(context instanceof required.Context, 'a plugin of the package fits into it');
// The package ws is not installed here, as with most users.
assert.throws(() => require('${name}/ws').websocket(), { code: 'UnsupportedFeature' });
for (const each of [required, plugin, testing, compat, require('${name}/compat/v5'), require('${name}/compat/draft')])
  for (const [key, value] of Object.entries(each))
    if (typeof value === 'function' && /^[A-Z]/.test(key)) assert.equal(value.name, key, 'classes have their names');
assert.equal(require('${name}/package.json').version, '${version}');
for (const hidden of ['${name}/dist/index.js', '${name}/src/index.ts', '${name}/core'])
  assert.throws(() => require(hidden), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' }, hidden);
import('${name}').then((imported) => {
  assert.equal(imported.Context, required.Context, 'import and require give the same class');
  console.log('require() and import of ${name} ${version} work and give the same classes');
});
`;

/** A program that somebody puts into one file with all that it imports, away from our package. */
const bundled = `
import { version } from '${name}';
import * as zmq from '${name}/compat';
(async () => {
  const server = zmq.curveKeyPair();
  const pull = new zmq.Pull({ curveServer: true, curveSecretKey: server.secretKey });
  const { publicKey, secretKey } = zmq.curveKeyPair();
  const push = new zmq.Push({ curveServerKey: server.publicKey, curvePublicKey: publicKey, curveSecretKey: secretKey });
  await pull.bind('tcp://127.0.0.1:*');
  push.connect(pull.lastEndpoint);
  await push.send('${version}');
  if (String(await pull.receive()) !== version) throw new Error('a message was lost');
  push.close();
  pull.close();
})();
`;

try {
  const modules = join(home, 'node_modules');
  const own = join(modules, name);
  mkdirSync(own, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', home], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  execFileSync('tar', ['-xzf', join(home, `${name}-${version}.tgz`), '-C', own, '--strip-components=1']);
  // Who reads the documentation where it is installed finds what it points to.
  for (const file of readdirSync(own, { recursive: true })) {
    if (!file.endsWith('.md')) continue;
    for (const [, target] of readFileSync(join(own, file), 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      if (!existsSync(join(own, dirname(file), target)))
        throw new Error(`${file} points to ${target}: not in the package`);
    }
  }
  console.log('every link in its documentation leads somewhere');
  for (const dependency of Object.keys(dependencies)) {
    const link = join(modules, dependency);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', dependency), link, 'junction');
  }
  writeFileSync(join(home, 'check.cjs'), check);
  execFileSync(process.execPath, ['check.cjs'], { cwd: home, stdio: 'inherit' });
  writeFileSync(join(home, 'app.js'), bundled);
  for (const [format, extension] of [
    ['cjs', 'cjs'],
    ['esm', 'mjs'],
  ]) {
    const outfile = join(home, 'elsewhere', `app.${extension}`);
    const entryPoints = [join(home, 'app.js')];
    // esbuild warns that CommonJS has no import.meta, which is seen to.
    await build({ entryPoints, outfile, format, bundle: true, platform: 'node', logLevel: 'error' });
    execFileSync(process.execPath, [outfile], { cwd: dirname(outfile), stdio: 'inherit' });
  }
  console.log('and a program that is bundled with it, as CommonJS and as an ES module');

  // Its types, in the strictest project there is: every entry, and nothing installed beside it but the types of Node.
  for (const types of ['@types/node', 'undici-types']) {
    const link = join(modules, types);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', types), link, 'junction');
  }
  const entries = Object.keys(exports).filter((entry) => entry !== './package.json');
  const imports = entries.map(
    (entry, i) => `import * as e${i} from '${entry.replace('.', name)}';\nexport { e${i} };\n`,
  );
  writeFileSync(join(home, 'types.ts'), imports.join(''));
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  const compilerOptions = { module: 'nodenext', target: 'es2022', strict: true, skipLibCheck: false, noEmit: true };
  writeFileSync(
    join(home, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...compilerOptions, types: ['node'] },
      files: ['types.ts'],
    }),
  );
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', home], { stdio: 'inherit' });
  console.log(`the types of ${entries.length} entries compile without anything else`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
