/** The rule about exports: a name that no other file uses is local to its file, or removed. */
import { join } from 'node:path';
import ts from 'typescript';
import type { Finding } from './rules.js';
import type { Source } from './sources.js';

/** Published, or loaded by a path that is computed. */
const READ_ELSEWHERE = [/^libs\/contracts\//, /^clients\//, /\/languages\/[a-z]+\.ts$/, /^compose\/resolve\.mjs$/];
const ALL = '*';

export function unusedExports(sources: readonly Source[]): Finding[] {
  const used = new Set(sources.flatMap(({ path, ast }) => importsOf(path, ast)));
  return sources
    .filter(({ path }) => !READ_ELSEWHERE.some((published) => published.test(path)))
    .flatMap(({ path, ast, lineOf }) =>
      exportsOf(ast)
        .filter(({ text }) => !used.has(`${path}#${text}`) && !used.has(`${path}#${ALL}`))
        .map((name) => ({ path, line: lineOf(name.getStart(ast!)), message: `${name.text}: no other file imports it` })),
    );
}

/** Each as `file#name`. */
function importsOf(path: string, ast: ts.SourceFile | null): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      const names = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : node.exportClause;
      const elements = names && (ts.isNamedImports(names) || ts.isNamedExports(names)) ? [...names.elements] : null;
      const file = fileOf(path, node.moduleSpecifier);
      found.push(...(elements?.map(({ name, propertyName }) => `${file}#${(propertyName ?? name).text}`) ?? [`${file}#${ALL}`]));
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      found.push(`${fileOf(path, node.arguments[0]!)}#${ALL}`);
    }
    ts.forEachChild(node, visit);
  };
  if (ast) visit(ast);
  return found;
}

function fileOf(importer: string, specifier: ts.Expression): string {
  const name = ts.isStringLiteral(specifier) ? specifier.text : '';
  if (name.startsWith('.')) return join(importer, '..', name).replace(/\.js$/, '.ts');
  return name.replace(/^@app\/([^/]+)$/, 'libs/$1/src/index.ts').replace(/^@app\/([^/]+)\/(.*)\.js$/, 'libs/$1/src/$2.ts');
}

function exportsOf(ast: ts.SourceFile | null): ts.Identifier[] {
  return (
    ast?.statements.flatMap((statement) => {
      if (ts.isExportDeclaration(statement))
        return statement.exportClause && ts.isNamedExports(statement.exportClause)
          ? statement.exportClause.elements.map(({ name }) => name as ts.Identifier)
          : [];
      const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
      if (
        !modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ||
        modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
      )
        return [];
      const declarations = ts.isVariableStatement(statement)
        ? statement.declarationList.declarations
        : [statement as ts.DeclarationStatement];
      return declarations.flatMap(({ name }) => (name === undefined ? [] : namesIn(name)));
    }) ?? []
  );
}

function namesIn(name: ts.Node): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return ts.isObjectBindingPattern(name) ? name.elements.flatMap((element) => namesIn(element.name)) : [];
}
