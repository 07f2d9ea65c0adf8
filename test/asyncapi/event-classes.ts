/** Reads the events of `libs/contracts` with the compiler of TypeScript: their types, what they mean, and the schemas of their payloads. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { type JsonSchema, schemaOf } from './json-schema.js';

export interface EventContract {
  /** Of the class. */
  readonly name: string;
  /** `<context>.<fact>.v<major>` */
  readonly type: string;
  readonly meaning: string;
  readonly payload: JsonSchema;
}

export interface EventContracts {
  readonly events: readonly EventContract[];
  /** What the payloads refer to. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

const ROOT = join(import.meta.dirname, '..', '..');
/** Files as they are on the disk. Parsing those of the language takes longer than the rest. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** `replaced`: other texts of files, by their paths from the root of the repository. Throws for a payload that is no plain JSON. */
export function readEventClasses(
  texts: Readonly<Record<string, string>>,
  replaced: ReadonlyMap<string, string> = new Map(),
): EventContracts {
  const files = globSync('libs/contracts/src/*.ts', { cwd: ROOT }).filter((path) => !path.endsWith('.spec.ts'));
  const program = programOf(files.sort(), replaced);
  const named = new Map<string, JsonSchema>();
  const context = { checker: program.getTypeChecker(), texts, named };
  const classes = files.flatMap((file) => program.getSourceFile(join(ROOT, file))?.statements.filter(ts.isClassDeclaration) ?? []);
  const events = classes.flatMap((declaration) => {
    const payload = payloadOf(declaration);
    if (payload === undefined) return [];
    const [name, type] = [declaration.name!.text, typeOf(declaration)];
    const symbol = context.checker.getSymbolAtLocation(declaration.name!);
    const meaning = ts.displayPartsToString(symbol?.getDocumentationComment(context.checker)).replaceAll(/\s+/g, ' ').trim();
    return [{ name, type, meaning, payload: schemaOf(context.checker.getTypeFromTypeNode(payload), context, name) }];
  });
  return { events, schemas: Object.fromEntries([...named].sort(([a], [b]) => a.localeCompare(b))) };
}

/** Without the packages: an event needs none, and reading them takes seconds. */
function programOf(files: readonly string[], replaced: ReadonlyMap<string, string>): ts.Program {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es5.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    types: [],
    paths: { '@app/kernel/*': [join(ROOT, 'libs/kernel/src/*')], '@nestjs/cqrs': [join(ROOT, 'none')] },
  };
  const host = ts.createCompilerHost(options);
  const sourceOf = (path: string, target: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined => {
    const text = replaced.get(path.slice(ROOT.length + 1));
    if (text !== undefined) return ts.createSourceFile(path, text, target);
    if (!parsed.has(path)) parsed.set(path, original(path, target));
    return parsed.get(path);
  };
  const original = host.getSourceFile.bind(host);
  host.getSourceFile = sourceOf;
  return ts.createProgram(
    files.map((file) => join(ROOT, file)),
    options,
    host,
  );
}

function payloadOf(declaration: ts.ClassDeclaration): ts.TypeNode | undefined {
  const [base] = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types ?? [];
  return base !== undefined && ts.isIdentifier(base.expression) && base.expression.text === 'DomainEvent'
    ? base.typeArguments?.[0]
    : undefined;
}

function typeOf(declaration: ts.ClassDeclaration): string {
  for (const member of declaration.members)
    if (
      ts.isPropertyDeclaration(member) &&
      member.name.getText() === 'type' &&
      member.initializer &&
      ts.isStringLiteral(member.initializer)
    )
      return member.initializer.text;
  throw new Error(`${declaration.name?.text ?? 'A class'} has no type`);
}
