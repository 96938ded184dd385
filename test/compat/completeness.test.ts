import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import * as compat from 'rzmq/compat';
import * as drafts from 'rzmq/compat/draft';
import ts from 'typescript';
import { absent } from './programs/differences.mjs';

// The declarations of zeromq.js, walked: nothing of its API may be missing without a reason.

const folder = dirname(createRequire(import.meta.url).resolve('zeromq/lib/index.d.ts'));
const sources = ['native.d.ts', 'index.d.ts', 'draft.d.ts'].map((file) =>
  ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.Latest, true),
);
const ours: Readonly<Record<string, unknown>> = { ...compat, ...drafts };
const here = dirname(fileURLToPath(import.meta.url));
/** All that our tests do. */
const tests = [here, join(here, 'programs'), join(here, 'types')]
  .flatMap((path) => readdirSync(path, { withFileTypes: true }).map((entry) => join(path, entry.name)))
  .filter((path) => /\.(mjs|cjs|ts)$/.test(path) && !path.endsWith('completeness.test.ts'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

type Declaration = ts.ClassDeclaration | ts.InterfaceDeclaration;

/** Every class and interface, those inside `declare module` too. */
function declarations(node: ts.Node): Declaration[] {
  if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) return [node];
  return node.getChildren().flatMap(declarations);
}

const all = sources.flatMap(declarations);
const named = (name: string): Declaration[] => all.filter((each) => each.name?.text === name);

/** The names of the members of a class, and of the interfaces that it is merged with or extends. */
function membersOf(name: string): string[] {
  const members = named(name).flatMap((each) => [
    ...each.members.flatMap(({ name: member }) => (member === undefined ? [] : [member.getText()])),
    ...(each.heritageClauses ?? []).flatMap(({ types }) =>
      types.flatMap(({ expression }) => (expression.getText() === name ? [] : membersOf(expression.getText()))),
    ),
  ]);
  return [...new Set(members)];
}

const CLASSES = [...new Set(all.filter(ts.isClassDeclaration).map((each) => each.name!.text))];
const has = (word: string): boolean => new RegExp(`\\b${word}\\b`).test(tests);

function descriptor(prototype: object | null, key: PropertyKey): PropertyDescriptor | undefined {
  if (prototype === null) return undefined;
  return Object.getOwnPropertyDescriptor(prototype, key) ?? descriptor(Object.getPrototypeOf(prototype) as object, key);
}

function check(name: string, member: string): void {
  const key = member === '[Symbol.asyncIterator]' ? Symbol.asyncIterator : member;
  const { prototype } = ours[name] as { prototype: object };
  // What the constructor of a Proxy is given it has itself.
  const own = name === 'Proxy' && ['frontEnd', 'backEnd'].includes(member);
  expect([name, member, own || key in prototype]).toEqual([name, member, true]);
  // The properties of sockets are tried by properties.test.ts, class by class.
  const isOfSocket = name === 'Socket' || prototype instanceof compat.Socket;
  const { get, set } = descriptor(prototype, key) ?? {};
  const isProperty = isOfSocket && (get !== undefined || set !== undefined);
  expect([name, member, isProperty || has(typeof key === 'symbol' ? 'asyncIterator' : member)]).toEqual([
    name,
    member,
    true,
  ]);
}

describe('what the declarations of zeromq.js have', () => {
  test('is read right', () => {
    expect(CLASSES.length).toBe(23);
    expect(membersOf('Router')).toEqual(
      expect.arrayContaining(['connect', 'mandatory', 'send', 'receive', 'bind', 'linger']),
    );
  });

  test.each(CLASSES.filter((name) => absent[name] === undefined))(
    '%s: all of its members are here, and tried',
    (name) => {
      for (const member of membersOf(name)) if (absent[member] === undefined) check(name, member);
    },
  );

  test('every export is here, types too', () => {
    const exported = (source: ts.SourceFile): string[] =>
      source.statements.flatMap((statement) => {
        if (ts.isExportDeclaration(statement)) {
          return statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)
            ? statement.exportClause.elements.map(({ name }) => name.text)
            : [];
        }
        const isExported =
          ts.canHaveModifiers(statement) &&
          ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
        if (!isExported) return [];
        if (ts.isVariableStatement(statement))
          return statement.declarationList.declarations.map(({ name }) => name.getText());
        return [(statement as ts.DeclarationStatement).name!.getText()];
      });
    const [, index, draft] = sources;
    const path = join(here, '../../src/compat');
    const own = ['api.ts', 'draft.ts'].flatMap((file) =>
      exported(ts.createSourceFile(file, readFileSync(join(path, file), 'utf8'), ts.ScriptTarget.Latest, true)),
    );
    const names = [...exported(index!), ...exported(draft!)].filter((name) => absent[name] === undefined);
    expect(names).toEqual(expect.arrayContaining(['Context', 'Message', 'EventOfType', 'Dealer', 'Server', 'version']));
    expect(names.filter((name) => !own.includes(name))).toEqual([]);
    expect(names.filter((name) => !has(name))).toEqual([]);
  });

  test('every event is told, or known not to be', () => {
    const [native] = sources;
    const event = native!.statements.find((each) => ts.isTypeAliasDeclaration(each) && each.name.text === 'Event');
    const types = [...event!.getText().matchAll(/EventFor<"([^"]+)"/g)].map(([, type]) => type!);
    expect(types).toHaveLength(16);
    const source = readFileSync(join(here, '../../src/core/contracts/monitor.ts'), 'utf8');
    for (const type of types)
      expect([type, source.includes(`'${type}'`) || absent[type] !== undefined]).toEqual([type, true]);
  });
});
