'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

/** Where the addon for this machine lies: the layout of prebuildify and node-gyp-build. */
function prebuildPath() {
  const libc = existsSync('/etc/alpine-release') ? 'musl' : 'glibc';
  return join(__dirname, 'prebuilds', `${process.platform}-${process.arch}`, `rzmq-uring.${libc}.node`);
}

/** The addon: built by node-gyp, or by build.mjs, or delivered. */
function load() {
  const built = join(__dirname, 'build', 'Release', 'rzmq_uring.node');
  return require(process.env.RZMQ_URING_ADDON ?? (existsSync(built) ? built : prebuildPath()));
}

module.exports = { load, prebuildPath };
