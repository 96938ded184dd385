// Puts what a user loads into few files: `import 'rzmq'` reads 3 files instead of 400, which is most of the time that it
// takes. The container goes in too, so that nobody's version of it matters; its licence goes beside it.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist', 'bundle');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

/** In a bundle a class that mentions itself becomes `var Msg = class _Msg`, and that is what users would read in their logs. */
const classesKeepTheirNames = {
  name: 'classes keep their names',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (!path.startsWith(join(root, 'dist'))) return undefined;
      const text = readFileSync(path, 'utf8');
      const mentions = (name) => text.match(new RegExp(`\\b${name}\\b`, 'g')).length > 1;
      const named = (head, name) =>
        mentions(name) ? `${head} static { Object.defineProperty(this, 'name', { value: '${name}' }); }` : head;
      return { contents: text.replace(/^(?:export )?(?:default )?class (\w+)[^{]*\{/gm, named) };
    });
  },
};

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Who bundles a program of theirs does not put our package.json beside it. */
const versionInside = {
  name: 'the version is inside',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/]api[\\/]version\.js$/ }, ({ path }) => {
      const lookup = /\(?createRequire\(.*\.version/;
      const text = readFileSync(path, 'utf8');
      if (!lookup.test(text)) throw new Error(`${path} does not look its version up as it did.`);
      return { contents: text.replace(lookup, JSON.stringify(version)) };
    });
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  outdir: out,
  chunkNames: 'shared-[hash]',
  sourcemap: true,
  sourcesContent: false,
  // What is read has to be parsed. Names stay, for stack traces and for `inspect`.
  minifyWhitespace: true,
  minifySyntax: true,
  // For an error that nobody catches Node prints the whole line that threw it.
  lineLimit: 160,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  plugins: [versionInside, classesKeepTheirNames],
};

const { metafile } = await build({
  ...common,
  entryPoints: {
    index: join(root, 'dist', 'index.js'),
    plugin: join(root, 'dist', 'plugin.js'),
    testing: join(root, 'dist', 'testing', 'index.js'),
    compat: join(root, 'dist', 'compat', 'index.js'),
    'compat-v5': join(root, 'dist', 'compat', 'v5.js'),
    'compat-draft': join(root, 'dist', 'compat', 'draft.js'),
    cli: join(root, 'dist', 'cli', 'main.js'),
  },
});

// The plugins of this package are bundled as those of anybody else would be: what they import of it stays an import of
// `plugin.js`, and nobody loads them who does not ask for them.
await build({
  ...common,
  entryPoints: {
    ws: join(root, 'dist', 'plugins', 'ws', 'index.js'),
    tls: join(root, 'dist', 'plugins', 'tls', 'index.js'),
  },
  plugins: [
    classesKeepTheirNames,
    {
      name: 'rzmq stays outside',
      setup({ onResolve }) {
        onResolve({ filter: /(^|\/)(plugin|index)\.js$/ }, ({ path, kind }) =>
          kind === 'entry-point' ? undefined : { path: `./${path.split('/').at(-1)}`, external: true },
        );
      },
    },
  ],
});

// npm does this for those who install the package.
chmodSync(join(out, 'cli.js'), 0o755);

/** The packages whose code went into the bundle, with their licences. */
const packages = new Map();
for (const input of Object.keys(metafile.inputs)) {
  const found = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found !== null && !packages.has(found[1])) packages.set(found[1], join(root, found[0]));
}
const notices = [...packages].sort().map(([name, folder]) => {
  const { version: theirs, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = licenceOf(folder);
  if (text === undefined) throw new Error(`${name} has no licence file: ${relative(root, folder)}`);
  return `${name} ${theirs} (${license})\n\n${text.trim()}\n`;
});
writeFileSync(
  join(out, 'LICENSES.txt'),
  `This bundle contains the following packages.\n\n${notices.join('\n---\n\n')}`,
);

function licenceOf(folder) {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE']) {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      // Another name, then.
    }
  }
  return undefined;
}
