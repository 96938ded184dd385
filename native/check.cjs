'use strict';
/**
 * Runs the programs of the addon's tests with AddressSanitizer, or under valgrind: node native/check.cjs asan|valgrind
 * They use the built package: npm run build first.
 */
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

const root = join(__dirname, '..');
const live = (mode) => [join(root, 'test', 'uring', 'children', 'live-ring.mjs'), mode];
const soak = (seconds) => ['--expose-gc', join(root, 'test', 'uring', 'soak.mjs'), String(seconds)];
const child = (name, ...args) => ['--expose-gc', join(root, 'test', 'uring', 'children', name), ...args.map(String)];
const modes = ['exit', 'end', 'unref', 'worker', 'fork'].map(live);

process.exitCode = main(process.argv[2]);

function main(tool) {
  if (tool === 'asan') return asan();
  if (tool === 'valgrind') return valgrind();
  console.error('node native/check.cjs asan|valgrind');
  return 2;
}

function asan() {
  const built = run(process.execPath, [join(__dirname, 'build.mjs'), '--sanitize']);
  if (built !== 0) return built;
  const library = spawnSync(process.env.CXX ?? 'c++', ['-print-file-name=libasan.so'], {
    encoding: 'utf8',
  }).stdout.trim();
  const env = {
    ...process.env,
    LD_PRELOAD: library,
    RZMQ_URING_ADDON: join(__dirname, 'build', 'sanitize', 'rzmq-uring.node'),
    // Node itself leaves memory behind at its end. The soak looks at what grows.
    ASAN_OPTIONS: 'detect_leaks=0:halt_on_error=1:exitcode=66',
  };
  const lost = [child('lost-ring.mjs'), ...['closed', 'lost', 'within'].map((mode) => child('many-events.mjs', mode))];
  return all(
    [...modes, ...lost, child('random-streams.mjs', 1, 20), child('random-peers.mjs', 1, 20), soak(15)],
    (args) => run(process.execPath, args, env),
  );
}

function valgrind() {
  const built = run(process.execPath, [join(__dirname, 'build.mjs'), '--debug']);
  if (built !== 0) return built;
  const flags = ['--error-exitcode=66', '--smc-check=all-non-file', '--leak-check=no', '--num-callers=40', '-q'];
  const status = all(modes.slice(0, 3), (args) => run('valgrind', [...flags, process.execPath, '--jitless', ...args]));
  return run(process.execPath, [join(__dirname, 'build.mjs')]) || status;
}

function all(programs, check) {
  for (const args of programs) {
    const status = check(args);
    if (status === 0) continue;
    console.error(`FAILED (${status}): ${args.join(' ')}`);
    return status;
  }
  console.log('clean');
  return 0;
}

function run(command, args, env = process.env) {
  const { status, error, signal } = spawnSync(command, args, { stdio: 'inherit', env, cwd: root });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  if (signal !== null) console.error(`${command}: ${signal}`);
  return status ?? 1;
}
