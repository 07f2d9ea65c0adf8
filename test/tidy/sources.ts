/** The files of the repository as the tidiness rules read them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Migrations are left out: they are history and name what they rename. */
const FOLDERS = ['apps', 'clients', 'libs', 'test', 'docs', 'compose'];
/** Written by a program, or compiled. */
const GENERATED = /\/(generated|dist)\//;
const FILES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  '.env.example',
  'Makefile',
  '.dependency-cruiser.cjs',
  'vitest.config.mjs',
];
const CODE = /\.[cm]?ts$|\.[cm]js$/;
const DOCUMENT = /\.(md|ya?ml|sh)$|\.env\.example$|Dockerfile$/;

export interface Source {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** Null for documents. */
  readonly ast: ts.SourceFile | null;
  /** Of a file with code; the first line is 1. */
  lineOf(this: void, position: number): number;
}

/** A name of the code, a line of a comment or of a string, or a line of a document. */
interface Piece {
  readonly kind: 'name' | 'comment' | 'string' | 'line';
  readonly text: string;
  readonly line: number;
}

export function readSources(): Source[] {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
      .filter((path) => !GENERATED.test(path)),
  );
  const read = [...FILES, ...below.filter((path) => CODE.test(path) || DOCUMENT.test(path))];
  return read.sort().map((path) => parseSource(path, readFileSync(join(ROOT, path), 'utf8')));
}

export function parseSource(path: string, text: string): Source {
  const ast = CODE.test(path) ? ts.createSourceFile(path, text, ts.ScriptTarget.Latest) : null;
  return { path, text, ast, lineOf: (position) => (ast ? ts.getLineAndCharacterOfPosition(ast, position).line + 1 : 1) };
}

/** Each name once. Imports are left out: the files that they name are read themselves. */
export function piecesOf({ text, ast, lineOf }: Source): Piece[] {
  if (!ast) return toPieces('line', text, 1);
  const names = new Map<string, number>();
  const literals: Range[] = [];
  const pieces: Piece[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
      if (!names.has(node.text)) names.set(node.text, node.getStart(ast));
    } else if (ts.isImportDeclaration(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier)) {
      literals.push([node.moduleSpecifier!.getStart(ast), node.moduleSpecifier!.end]);
      return;
    } else if (ts.isRegularExpressionLiteral(node)) {
      literals.push([node.getStart(ast), node.end]);
    } else if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      const start = node.getStart(ast);
      literals.push([start, node.end]);
      pieces.push(...toPieces('string', node.text, lineOf(start)));
    }
    ts.forEachChild(node, visit);
  };
  visit(ast);
  for (const [name, start] of names) pieces.push({ kind: 'name', text: name, line: lineOf(start) });
  for (const [start, end] of commentsIn(text, literals)) pieces.push(...toPieces('comment', text.slice(start, end), lineOf(start)));
  return pieces;
}

type Range = readonly [start: number, end: number];

/** `literals`: where a pair of slashes does not begin a comment. */
function commentsIn(text: string, literals: Range[]): Range[] {
  const comments: Range[] = [];
  const inOrder = literals.sort(([a], [b]) => a - b);
  const opening = /\/[/*]/g;
  let next = 0;
  let position = 0;
  for (;;) {
    opening.lastIndex = position;
    const start = opening.exec(text)?.index;
    if (start === undefined) return comments;
    while (next < inOrder.length && inOrder[next]![1] <= start) next += 1;
    const literal = inOrder[next];
    if (literal && literal[0] <= start) {
      position = literal[1];
      continue;
    }
    position = text.startsWith('//', start) ? text.indexOf('\n', start) : text.indexOf('*/', start) + 2;
    if (position <= start) position = text.length;
    comments.push([start, position]);
  }
}

function toPieces(kind: Piece['kind'], text: string, firstLine: number): Piece[] {
  return text.split('\n').map((line, index) => ({ kind, text: line, line: firstLine + index }));
}
