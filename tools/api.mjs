// The public surface as text, one file in api/ for each entry point of package.json: what is exported, with its signature.
// A change of it is a change of these files, which the reviewer sees. `npm run api` writes them, `npm run api:check` fails
// when they are not what the build has, or when something public has no docstring.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const folder = join(root, 'api');
const temporary = mkdtempSync(join(tmpdir(), 'rzmq-api-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The entry points that have types: name of the report, and the file. */
const entries = Object.entries(exports)
  .filter(([, { types }]) => types !== undefined)
  .map(([path, { types }]) => ({ name: path === '.' ? 'rzmq' : `rzmq${path.slice(1).replaceAll('/', '-')}`, types }));

/** Their classes come in two parts, and the docstring is at one of them. */
const IN_TWO_PARTS = ['rzmq-compat', 'rzmq-compat-draft', 'rzmq-compat-v5'];

const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
const SILENT = { logLevel: 'none', addToApiReportFile: false };

function configOf({ name, types }) {
  return ExtractorConfig.prepare({
    configObjectFullPath: join(root, 'package.json'),
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: { overrideTsconfig: { compilerOptions } },
      apiReport: {
        enabled: true,
        reportFolder: folder,
        reportTempFolder: temporary,
        reportFileName: name,
        reportVariants: ['complete'],
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: SILENT },
        // What is mentioned and not exported is said in the report.
        extractorMessageReporting: { default: SILENT, 'ae-forgotten-export': { ...SILENT, addToApiReportFile: true } },
        tsdocMessageReporting: { default: SILENT },
      },
    },
  });
}

mkdirSync(folder, { recursive: true });
const configs = entries.map(configOf);
const compilerState = CompilerState.create(configs[0], {
  additionalEntryPoints: configs.slice(1).map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
});
const problems = [];
for (const [i, config] of configs.entries()) {
  const { name } = entries[i];
  const file = `api/${name}.api.md`;
  const { apiReportChanged } = Extractor.invoke(config, {
    localBuild: !check,
    compilerState,
    messageCallback: (message) => {
      message.handled = true;
    },
  });
  if (apiReportChanged && check)
    problems.push(`${file} is not what the build has: npm run api, and look at the change`);
  else console.log(`${file} ${apiReportChanged ? 'is written' : 'is as it was'}`);
  const report = readFileSync(join(temporary, `${name}.api.md`), 'utf8');
  if (IN_TWO_PARTS.includes(name)) continue;
  for (const [, what] of report.matchAll(/^\/\/ @public \(undocumented\)\nexport (.*)$/gm)) {
    problems.push(`${name}: no docstring at ${what}`);
  }
}
const reports = entries.map(({ name }) => `${name}.api.md`);
for (const file of readdirSync(folder)) if (!reports.includes(file)) problems.push(`api/${file} is of no entry point`);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
