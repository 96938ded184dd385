import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * What loads the optional packages: from where this file is. A program that was bundled as CommonJS does not know where
 * that is, and loads them from where it was started.
 */
export function requireFromHere(): NodeJS.Require {
  const here = import.meta.url as string | undefined;
  return createRequire(here ?? join(process.cwd(), 'index.js'));
}
