import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { curveKeyPair, SocketType } from 'rzmq';
import { Simulation } from 'rzmq/testing';
import { runSeed } from './scenario.js';

/** What would be reached past the injected services. */
const TRAPS: readonly (readonly [object: object, name: string])[] = [
  [globalThis, 'setTimeout'],
  [globalThis, 'setInterval'],
  [globalThis, 'setImmediate'],
  [globalThis, 'queueMicrotask'],
  [process, 'nextTick'],
  [process, 'hrtime'],
  [performance, 'now'],
  [Date, 'now'],
  [Math, 'random'],
  [AbortSignal, 'timeout'],
];

/** Whose calls count. */
const LAYERS = /\/(?:src|dist)\/(?:core|engines|patterns)\//;

describe('core, engines and patterns reach time, chance and the event loop through their services only', () => {
  const caught: string[] = [];
  const before: Map<readonly [object, string], PropertyDescriptor | undefined> = new Map();

  beforeEach(() => {
    caught.length = 0;
    for (const trap of TRAPS) {
      const [object, name] = trap;
      before.set(trap, Object.getOwnPropertyDescriptor(object, name));
      const real = (object as Record<string, (...given: unknown[]) => unknown>)[name]!;
      Object.defineProperty(object, name, {
        configurable: true,
        writable: true,
        value: (...given: unknown[]) => {
          // Who has called is what stands next on the stack.
          const caller = String(new Error('trapped').stack).split('\n')[2] ?? '';
          if (LAYERS.test(caller)) caught.push(`${name}: ${caller.trim()}`);
          return real.apply(object, given);
        },
      });
    }
  });

  afterEach(() => {
    for (const trap of TRAPS) {
      const [object, name] = trap;
      const descriptor = before.get(trap);
      if (descriptor === undefined) Reflect.deleteProperty(object, name);
      else Object.defineProperty(object, name, descriptor);
    }
  });

  it('in random worlds of every kind', async () => {
    for (let seed = 1; seed <= 60; seed++) await runSeed(seed);
    expect(caught).toEqual([]);
  });

  it('in the handshake of CURVE, whose keys come from the seed too', async () => {
    const [server, client] = [curveKeyPair(), curveKeyPair()];
    const hour = async (): Promise<string> => {
      const world = new Simulation({ seed: 1, conditions: { latency: 3 } });
      await world.run(async () => {
        const rep = world
          .context('server')
          .socket(SocketType.Rep, { curveServer: true, curveSecretKey: server.secretKey });
        await rep.bind('tcp://server:1');
        const req = world.context('client').socket(SocketType.Req, {
          curvePublicKey: client.publicKey,
          curveSecretKey: client.secretKey,
          curveServerKey: server.publicKey,
        });
        await req.connect('tcp://server:1');
        await req.send('sealed');
        await rep.send(await rep.recv());
        expect(String(await req.recv())).toBe('sealed');
      });
      return world.trace.hash;
    };
    expect(await hour()).toBe(await hour());
    expect(caught).toEqual([]);
  });
});

/** What the sources must not say; the services are where it stands, and comments and texts may. */
const FORBIDDEN: readonly RegExp[] = [
  /\b(?:set(?:Timeout|Interval|Immediate)|queueMicrotask|nextTick|hrtime|uptime|cpuUsage|resourceUsage)\b/,
  /\b(?:performance|Date\.now|AbortSignal\.timeout|Atomics\.wait\w*|getBuiltinModule)\b/,
  /\bDate\(\)|\bDate\[/,
  /\b(?:Math\.random|random(?:Bytes|Fill|FillSync|Int|UUID)|getRandomValues|generateKey\w*)\b|\bkeyPair\(\)|\bMath\[/,
  // What is taken out of them first.
  /\b(?:now|random)\b[^=]*=\s*(?:Date|Math)\b/,
];

/** The modules that have such things, however they are loaded. */
const MODULES = /['"](?:node:)?(?:timers|perf_hooks)(?:\/promises)?['"]/;

/** The lines of a source that say such a thing. */
function found(source: string): string[] {
  const lines = (text: string): string[] =>
    text
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s*\/\/.*$/gm, '')
      .split('\n');
  const code = source.replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
  return [
    ...lines(code).filter((line) => FORBIDDEN.some((pattern) => pattern.test(line))),
    ...lines(source).filter((line) => MODULES.test(line)),
  ];
}

describe('the sources of core, engines and patterns', () => {
  const folder = new URL('../../src/', import.meta.url);
  const files = ['core', 'engines', 'patterns'].flatMap((layer) =>
    readdirSync(new URL(layer, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !(layer === 'engines' && file.startsWith('services')))
      .map((file) => `${layer}/${file}`),
  );

  it.each(files)('%s names no clock, timer or random number', (file) => {
    expect(found(readFileSync(new URL(file, folder), 'utf8'))).toEqual([]);
  });

  it.each([
    'setTimeout(done, 1);',
    'globalThis.setImmediate(done);',
    'queueMicrotask(done);',
    'process.nextTick(done);',
    'const { nextTick: soon } = process;',
    'return Date.now();',
    "return Date['now']();",
    'return new Date();',
    'const { now } = Date;',
    'return performance.timeOrigin;',
    'return process.hrtime.bigint() + process.uptime();',
    'AbortSignal.timeout(5);',
    'Atomics.wait(cell, 0, 0, 5);',
    'return Math.random();',
    'const { random } = Math;',
    'return crypto.getRandomValues(bytes);',
    'return nacl.box.keyPair();',
    "import { setTimeout as later } from 'node:timers/promises';",
    "const { setTimeout: later } = await import('timers');",
    "const timers = require('node:timers');",
    "const timers = process.getBuiltinModule('node:timers');",
  ])('would not get by with: %s', (line) => {
    expect(found(`export function x() {\n  ${line}\n}`)).not.toEqual([]);
  });
});
