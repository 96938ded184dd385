#!/usr/bin/env node
import { runCli } from './cli.js';

// The status is set, and not exited with, so that what was written gets out.
void runCli(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
}).then((status) => {
  process.exitCode = status;
});
