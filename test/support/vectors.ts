import { readFileSync } from 'node:fs';

/** A file of golden vectors, captured from libzmq. The test knows its shape. */
export function vectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'));
}

export function fromHex(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
