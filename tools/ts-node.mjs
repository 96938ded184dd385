// Runs TypeScript without a build step of its own: node --import ./tools/ts-node.mjs examples/start.ts
// Types are not checked here (`npm run typecheck` does that), so starting stays quick.
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

process.env.TS_NODE_PROJECT ??= fileURLToPath(new URL('../tsconfig.examples.json', import.meta.url));
process.env.TS_NODE_TRANSPILE_ONLY ??= 'true';
register('ts-node/esm', import.meta.url);
