/**
 * Builds the addon with the C++ compiler alone: node build.mjs [--if-missing] [--sanitize] [--debug]
 * The headers of N-API are the package node-api-headers, so that nothing is downloaded. CXX and CXXFLAGS are obeyed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load, prebuildPath } from './load.cjs';

const root = dirname(fileURLToPath(import.meta.url));
process.exitCode = main(process.argv.slice(2));

function main(args) {
  if (process.platform !== 'linux') {
    console.log(`rzmq-uring: io_uring is a facility of Linux, and this is ${process.platform}: nothing to build.`);
    return 0;
  }
  if (args.includes('--if-missing') && loads()) return 0;
  const sanitize = args.includes('--sanitize');
  const debug = sanitize || args.includes('--debug');
  const target = sanitize ? join(root, 'build', 'sanitize', 'rzmq-uring.node') : prebuildPath();
  const sources = readdirSync(join(root, 'src')).filter((name) => name.endsWith('.cc'));
  const flags = [
    ...['-std=c++20', '-fPIC', '-shared', '-Wall', '-Wextra', '-Werror', '-fvisibility=hidden', '-fno-rtti'],
    ...(debug ? ['-O1', '-g', '-fno-omit-frame-pointer'] : ['-O2', '-DNDEBUG', '-s']),
    ...(sanitize ? ['-fsanitize=address'] : ['-static-libstdc++', '-static-libgcc']),
    ...(process.env.CXXFLAGS ?? '').split(' ').filter((flag) => flag !== ''),
  ];
  mkdirSync(dirname(target), { recursive: true });
  const compiler = process.env.CXX ?? 'c++';
  const command = [...flags, `-I${headers()}`, ...sources.map((name) => join(root, 'src', name)), '-o', target];
  const { status, error } = spawnSync(compiler, command, { stdio: 'inherit' });
  if (error !== undefined || status !== 0) {
    console.error(
      `rzmq-uring: ${compiler} failed (${error?.message ?? `status ${status}`}): a C++20 compiler is needed.`,
    );
    return 1;
  }
  console.log(`rzmq-uring: built ${target}`);
  return 0;
}

function loads() {
  try {
    load();
    return true;
  } catch {
    return false;
  }
}

function headers() {
  const found = createRequire(import.meta.url)('node-api-headers').include_dir;
  if (existsSync(join(found, 'node_api.h'))) return found;
  throw new Error(`There is no node_api.h in ${found}.`);
}
