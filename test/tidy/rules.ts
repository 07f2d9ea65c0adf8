/** The rules of style that a program can check. Each returns what it found in one file, or in all of them. */
import { basename } from 'node:path';
import ts from 'typescript';
import { type Source, piecesOf } from './sources.js';
import { BANNED_WORDS, PUBLISHED, UNREAD } from './words.js';

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

type Rule = (source: Source) => Finding[];

const MAX_LINES = 300;
const MAX_TEST_NAME_CHARACTERS = 79;
/** Beginnings of a test name that needs its `describe` to be understood. */
const SUBJECT_MISSING =
  /^(it|its|they|their|this|these|is|are|was|were|has|have|does|may|can|cannot|must|will|go|stays|follows|executes|returns|throws|rejects|gives|refuses|continues|leaves|promises|sells)\b|^(when|without)\b[^,]*\bit (is|has|was|does|can)\b/;
/** One participle says what was done, not what the type is. The terms of the field stay. */
const PARTICIPLE = /^[A-Z][a-z]+(ed|ing)$|^(Given|Held|Known|Lost|Made|Read|Sent|Said|Sold|Taken|Told)$/;
const NOUNS = new Set(['Binding', 'Finding', 'Seating', 'Tracing']);
/** Data in the form of code. */
const LONG_DATA = [/common-passwords/];

const UPPER_CASE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
/** A number says what it counts: a unit, or a noun in the plural. */
const UNIT = /(Ms|Seconds|Minutes|Hours|Days|Bytes|Percent|Per[A-Z]\w*|Port|Size|Count|Attempts|Requests|Hops)$/;
const UNIT_OF_CONSTANT = /(_SIZE|_COUNT|_PORT|[A-Z]S)$/;
/** Numbers of settings that count what their group names. */
const COUNTS = new Set(['port', 'prefetch', 'maxAdmitted', 'maxWaiting']);

export const isTest = (path: string): boolean => /spec\.ts$|\.contract\.ts$/.test(path);

export const length: Rule = ({ path, text, ast }) => {
  const lines = text.trimEnd().split('\n').length;
  if (!ast || lines <= MAX_LINES || LONG_DATA.some((data) => data.test(path))) return [];
  return [{ path, line: lines, message: `${lines} lines; at most ${MAX_LINES}. Split the file by topic.` }];
};

/** A text that slipped into the title pushes its end into the second line. */
export const titles: Rule = ({ path, text }) => {
  const [title = '', second = ''] = text.split('\n');
  if (!path.endsWith('.md') || (/^# \S/.test(title) && second === '')) return [];
  return [{ path, line: 1, message: 'a document begins with a line of its title and an empty line' }];
};

/**
 * zsh, the shell of macOS, takes a comment that is pasted for a command, and a variable at the beginning for one word; a function is no variable in any shell.
 * A command may also stand within a sentence. The text of `<<'END'` is no command.
 */
export const pasted: Rule = ({ path, text }) => {
  if (!path.endsWith('.md')) return [];
  const findings: Finding[] = [];
  let [isCommand, isText] = [false, false];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('```')) [isCommand, isText] = [line === '```sh', false];
    else if (isText) isText = line !== 'END';
    else if (!isCommand) {
      const [variable] = /`\$[A-Z]\w* [^`]*`/.exec(line) ?? [];
      if (variable !== undefined)
        findings.push({ path, line: index + 1, message: `a variable as a command, which is a function: ${excerpt(variable)}` });
    } else {
      if (/(^|\s)#(\s|$)/.test(line))
        findings.push({ path, line: index + 1, message: `a comment among commands to paste: ${excerpt(line)}` });
      if (/^\s*\$\w/.test(line))
        findings.push({ path, line: index + 1, message: `a variable as a command, which is a function: ${excerpt(line)}` });
      isText = line.endsWith("<<'END'");
    }
  }
  return findings;
};

export const words: Rule = (source) => {
  const { path } = source;
  if (UNREAD.some((quoting) => quoting.test(path))) return [];
  const findings: Finding[] = [];
  for (const { kind, text, line } of [{ kind: 'name' as const, text: basename(path).replace(/\..*/, ''), line: 1 }, ...piecesOf(source)]) {
    const plain = toWords(PUBLISHED.reduce((left, published) => left.replaceAll(published, ''), text));
    for (const { pattern, instead, namesOnly, except } of BANNED_WORDS) {
      if ((namesOnly && kind !== 'name') || except?.test(path)) continue;
      const found = pattern.exec(plain);
      if (found) findings.push({ path, line, message: `"${found[0]}" (${kind === 'name' ? text : excerpt(text)}): ${instead}` });
    }
  }
  return findings;
};

/** `DueRows`, `due_rows` and `due-rows` become "due rows". */
function toWords(text: string): string {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/[-_./#]+/g, ' ')
    .toLowerCase();
}

const excerpt = (text: string): string => text.trim().slice(0, 80);

export const members: Rule = (source) =>
  find(source, (node, add) => {
    const isPrivate = ts.canHaveModifiers(node) && hasModifier(node, ts.SyntaxKind.PrivateKeyword);
    if (ts.isPropertyDeclaration(node) && isPrivate) add(`field ${nameOf(node)}: #${nameOf(node)}, not private`);
    const isMethod = ts.isMethodDeclaration(node) || ts.isAccessor(node);
    if (isMethod && ts.isPrivateIdentifier(node.name)) add(`method ${nameOf(node)}(): private, not #`);
    if (ts.isParameter(node) && isPrivate && !hasModifier(node, ts.SyntaxKind.ReadonlyKeyword))
      add(`parameter ${nameOf(node)}: private readonly`);
  });

export const constants: Rule = (source) =>
  source.ast?.statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement) || !(statement.declarationList.flags & ts.NodeFlags.Const)) return [];
    return statement.declarationList.declarations.flatMap(({ name, initializer }) => {
      if (!ts.isIdentifier(name) || !initializer) return [];
      const line = source.lineOf(name.getStart(source.ast!));
      if (ts.isArrowFunction(initializer) && UPPER_CASE.test(name.text))
        return [{ path: source.path, line, message: `${name.text}: a function is no constant` }];
      if (!isConstant(initializer)) return [];
      if (!UPPER_CASE.test(name.text)) return [{ path: source.path, line, message: `${name.text}: a constant is UPPER_CASE` }];
      if (isRoundNumber(initializer) && !UNIT_OF_CONSTANT.test(name.text))
        return [{ path: source.path, line, message: `${name.text}: say the unit in the name (…_MS, …_SECONDS, …_ROWS)` }];
      return [];
    });
  }) ?? [];

/** A primitive, a regular expression or a list of them, also where it is calculated from other constants. */
function isConstant(value: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(value) || ts.isAsExpression(value) || ts.isSatisfiesExpression(value))
    return isConstant(value.expression);
  if (ts.isPrefixUnaryExpression(value)) return isConstant(value.operand);
  const isOperand = (operand: ts.Expression): boolean => isConstant(operand) || (ts.isIdentifier(operand) && UPPER_CASE.test(operand.text));
  if (ts.isBinaryExpression(value)) return isOperand(value.left) && isOperand(value.right);
  if (ts.isArrayLiteralExpression(value)) return value.elements.length > 0 && value.elements.every(isConstant);
  if (ts.isTemplateExpression(value)) return value.templateSpans.every(({ expression }) => isOperand(expression));
  return (
    ts.isLiteralExpression(value) || [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(value.kind)
  );
}

function isRoundNumber(value: ts.Expression): boolean {
  if (ts.isBinaryExpression(value)) return isRoundNumber(value.left) || isRoundNumber(value.right);
  return ts.isNumericLiteral(value) && Number(value.text) >= 1_000 && Number(value.text) % 1_000 === 0;
}

export const settings: Rule = (source) => {
  if (!/(^|[/.])settings\.ts$/.test(source.path)) return [];
  return find(source, (node, add) => {
    if (!(ts.isPropertySignature(node) || ts.isPropertyDeclaration(node)) || !node.type) return;
    if (!/\bnumber\b/.test(node.type.getText(source.ast!)) || ts.isTypeLiteralNode(node.type)) return;
    const name = nameOf(node);
    if (!UNIT.test(name) && !COUNTS.has(name)) add(`${name}: say the unit in the name (…Ms, …Seconds, …Bytes, …Count)`);
  });
};

export const openings: Rule = (source) => {
  const { path, text, ast } = source;
  if (!ast || isTest(path)) return [];
  const isOpen = /^\s*(\/\*\*|\/\/)/.test(text);
  if ((/^libs\/platform\//.test(path) || /\.module\.ts$/.test(path)) && !isOpen)
    return [{ path, line: 1, message: 'open with one line that says what the file is for' }];
  if (!/^libs\/contracts\//.test(path)) return [];
  return ast.statements
    .filter((statement): statement is ts.ClassDeclaration => ts.isClassDeclaration(statement))
    .filter((statement) => !ts.getLeadingCommentRanges(text, statement.pos)?.length)
    .map((statement) => ({
      path,
      line: source.lineOf(statement.getStart(ast)),
      message: `${nameOf(statement)}: say in one line what it is`,
    }));
};

export const testNames: Rule = (source) =>
  isTest(source.path)
    ? find(source, (node, add) => {
        if (!ts.isCallExpression(node) || !/^(it|test)\b/.test(node.expression.getText(source.ast!).slice(0, 5))) return;
        const [name] = node.arguments;
        if (!name || !ts.isStringLiteralLike(name)) return;
        if (name.text.length > MAX_TEST_NAME_CHARACTERS)
          add(`a test name of ${name.text.length} characters; under ${MAX_TEST_NAME_CHARACTERS + 1}: ${excerpt(name.text)}…`);
        if (SUBJECT_MISSING.test(name.text)) add(`a test name without its subject: ${excerpt(name.text)}`);
      })
    : [];

/** At a call, `true` says nothing beside another argument: such a parameter is a named option. */
export const booleans: Rule = (source) =>
  find(source, (node, add) => {
    const isCallable = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isArrowFunction(node);
    if (!isCallable || node.parameters.length < 2) return;
    for (const { name, type, initializer } of node.parameters) {
      const isBoolean = type?.kind === ts.SyntaxKind.BooleanKeyword || /^(true|false)$/.test(initializer?.getText(source.ast!) ?? '');
      if (isBoolean) add(`parameter ${name.getText(source.ast!)}: a named option`);
    }
  });

/** `@IsOptional` lets null through to the handler, which takes it for what the field never says: a refund of null would be one of all. */
export const optionalFields: Rule = (source) =>
  find(source, (node, add) => {
    if (!ts.isPropertyDeclaration(node) || /\bnull\b/.test(node.type?.getText(source.ast!) ?? '')) return;
    const decorators = (ts.getDecorators(node) ?? []).map(({ expression }) => expression.getText(source.ast!));
    if (decorators.some((decorator) => /^(IsOptional|MayBeNull)\(/.test(decorator)))
      add(`field ${nameOf(node)}: @MayBeLeftOut, or a type that names null`);
  });

/** The class of a query is the name of its file: `Movies` stands in `movies.ts`. */
export const queries: Rule = (source) =>
  /\/application\/queries\//.test(source.path) && !isTest(source.path)
    ? classesIn(source)
        .filter((node) => baseOf(node) === 'Query' && toWords(nameOf(node)) !== toWords(basename(source.path, '.ts')))
        .map((node) => ({
          path: source.path,
          line: source.lineOf(node.getStart(source.ast!)),
          message: `${nameOf(node)}: the query is the name of its file`,
        }))
    : [];

/** A type is named by a noun: `PublishResult`, not `Published`. Errors and events extend a class, and may say what happened. */
export const typeNames: Rule = (source) =>
  find(source, (node, add) => {
    if (!(ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))) return;
    const name = nameOf(node);
    if (!ts.isTypeAliasDeclaration(node) && node.heritageClauses !== undefined) return;
    if (PARTICIPLE.test(name) && !NOUNS.has(name)) add(`${name}: a noun that says what it is`);
  });

/** Statements stand in queries and in the infrastructure: what decides and what coordinates reads through a port. */
export const statements: Rule = (source) => {
  const { path } = source;
  if (!/^libs\/[^/]+\/src\/(domain|application)\//.test(path) || /\/application\/queries\//.test(path) || isTest(path)) return [];
  return piecesOf(source)
    .filter(({ kind, text }) => kind === 'string' && /\b(SELECT\b.*\bFROM|INSERT INTO|UPDATE\b.*\bSET|DELETE FROM)\b/.test(text))
    .map(({ line, text }) => ({ path, line, message: `a statement outside of queries and infrastructure: ${excerpt(text)}` }));
};

/** A suite that starts the system ends with its invariants: `useMultiProcessSystem` does so by itself. */
export const invariants: Rule = ({ path, text }) => {
  if (!/^test\/e2e\/.*\.e2e-spec\.ts$/.test(path) || !/\bstart\w*\(/.test(text)) return [];
  if (/\b(useMultiProcessSystem|assert\w*Invariants)\(/.test(text)) return [];
  return [{ path, line: 1, message: 'starts the system and does not check its invariants: assertInvariants' }];
};

/** The class of an error and its code say the same; the class may begin with its context where the code is too general alone. */
export function errors(sources: readonly Source[]): Finding[] {
  const classes = sources.flatMap((source) => classesIn(source).map((node) => ({ source, node, base: baseOf(node) })));
  const domainErrors = new Set(['DomainError']);
  for (let size = 0; size < domainErrors.size;) {
    size = domainErrors.size;
    for (const { node, base } of classes) if (base && domainErrors.has(base)) domainErrors.add(nameOf(node));
  }
  return classes
    .filter(({ source, base }) => base && domainErrors.has(base) && !isTest(source.path))
    .flatMap(({ source, node }) => {
      const code = codeOf(node);
      const [context, refusal] = code?.split('.') ?? [];
      const name = toWords(nameOf(node)).replaceAll(' ', '-');
      if (!context || !refusal || [refusal, `${context}-${refusal}`, `${context.replace(/s$/, '')}-${refusal}`].includes(name)) return [];
      return [{ path: source.path, line: source.lineOf(node.getStart(source.ast!)), message: `${nameOf(node)} has the code ${code}` }];
    });
}

function classesIn(source: Source): ts.ClassDeclaration[] {
  return source.ast?.statements.filter((statement): statement is ts.ClassDeclaration => ts.isClassDeclaration(statement)) ?? [];
}

function baseOf(node: ts.ClassDeclaration): string | undefined {
  const base = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]?.expression;
  return base && ts.isIdentifier(base) ? base.text : undefined;
}

/** The first argument of the call of `super`, when it is a string. */
function codeOf(node: ts.Node): string | undefined {
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
    const [code] = node.arguments;
    return code && ts.isStringLiteral(code) ? code.text : undefined;
  }
  return ts.forEachChild(node, codeOf);
}

export function find(source: Source, inspect: (node: ts.Node, add: (message: string) => void) => void): Finding[] {
  const { path, ast, lineOf } = source;
  if (!ast) return [];
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    inspect(node, (message) => findings.push({ path, line: lineOf(node.getStart(ast)), message }));
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return findings;
}

function hasModifier(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return node.modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

function nameOf({ name }: { readonly name?: ts.Node }): string {
  return name && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name)) ? name.text : '(unnamed)';
}
