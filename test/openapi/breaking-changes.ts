/** What has changed between two documents of the API so that a client of the old one breaks. Texts and examples break nobody. */
import { type Problems, problemsIn } from './problems.js';
import { type Schema, type Schemas, schemaChanges } from './schema-changes.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly headers?: object; readonly content?: Content }>>;
  readonly security?: readonly object[];
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Schemas };
}

/** `docs/api-changes.json` declares a change by repeating its line. */
export function breakingChanges(before: ApiDocument, after: ApiDocument): string[] {
  const paths = new Map(Object.keys(after.paths).map((path) => [shapeOf(path), path]));
  const changes = Object.entries(before.paths).flatMap(([path, item]) => {
    const pathNow = paths.get(shapeOf(path)) ?? path;
    const names = namesIn(path).map((name, index) => [name, namesIn(pathNow)[index] ?? name] as const);
    return Object.entries(item).flatMap(([method, operation]) => {
      const name = `${method.toUpperCase()} ${path}`;
      const now = after.paths[pathNow]?.[method];
      if (now === undefined) return [`${name}: removed`];
      const old = { ...operation, parameters: renamed(operation.parameters ?? [], new Map(names)) };
      return [
        ...names.filter(([was, is]) => was !== is).map(([was, is]) => `${name} path parameter ${was}: became ${is}`),
        ...new OperationChanges(name, { old, now }, { before, after }).all(),
      ];
    });
  });
  return [...new Set(changes)].sort();
}

/** The names of parameters are not in a request: another one breaks only those who make a client from the document. */
const shapeOf = (path: string): string => path.replaceAll(/\{\w+\}/g, '{}');
const namesIn = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

function renamed(parameters: readonly Parameter[], names: ReadonlyMap<string, string>): Parameter[] {
  return parameters.map((parameter) =>
    parameter.in === 'path' ? { ...parameter, name: names.get(parameter.name) ?? parameter.name } : parameter,
  );
}

const PROBLEM = 'application/problem+json';

class OperationChanges {
  constructor(
    private readonly name: string,
    private readonly operation: { readonly old: Operation; readonly now: Operation },
    private readonly documents: { readonly before: ApiDocument; readonly after: ApiDocument },
  ) {}

  all(): string[] {
    const { old, now } = this.operation;
    return [
      ...(old.operationId === now.operationId ? [] : [`${this.name}: operation id ${old.operationId} became ${now.operationId}`]),
      ...(isOpen(old) && !isOpen(now) ? [`${this.name}: needs a token now`] : []),
      ...this.parameters(),
      ...this.body(),
      ...this.answers(),
      ...this.refusals(),
    ];
  }

  private parameters(): string[] {
    const { old, now } = this.operation;
    const keyOf = (parameter: Parameter): string => `${parameter.in} parameter ${parameter.name}`;
    const after = new Map((now.parameters ?? []).map((parameter) => [keyOf(parameter), parameter]));
    const before = new Map((old.parameters ?? []).map((parameter) => [keyOf(parameter), parameter]));
    const required = [...after].filter(([key, parameter]) => parameter.required === true && before.get(key)?.required !== true);
    return [
      ...[...before.keys()].filter((key) => !after.has(key)).map((key) => `${this.name} ${key}: removed`),
      ...required.map(([key]) => `${this.name} ${key}: required now`),
      ...[...before].flatMap(([key, parameter]) => this.schemas(key, 'request', parameter.schema, after.get(key)?.schema)),
    ];
  }

  private body(): string[] {
    const { old, now } = this.operation;
    const isRequired = now.requestBody?.required === true && old.requestBody?.required !== true;
    return [
      ...(isRequired ? [`${this.name}: a body is required now`] : []),
      ...this.contents('body', 'request', old.requestBody?.content, now.requestBody?.content),
    ];
  }

  private answers(): string[] {
    const { old, now } = this.operation;
    const successes = Object.entries(old.responses).filter(([status]) => /^[23]/.test(status));
    return successes.flatMap(([status, response]) => {
      const answer = now.responses[status];
      if (answer === undefined) return [`${this.name} ${status}: answer removed`];
      const headers = Object.keys(response.headers ?? {}).filter((header) => !Object.keys(answer.headers ?? {}).includes(header));
      return [
        ...headers.map((header) => `${this.name} ${status}: header ${header} removed`),
        ...this.contents(status, 'answer', response.content, answer.content),
      ];
    });
  }

  /** A client switches on the codes that an operation names, and reads the members of each. The same problem elsewhere has the same schema. */
  private refusals(): string[] {
    const { old, now } = this.operation;
    const statuses = Object.keys(old.responses).filter((status) => !/^[23]/.test(status));
    return statuses.flatMap((status) => {
      const { [PROBLEM]: _, ...others } = old.responses[status]?.content ?? {};
      const [before, after] = [this.problems('before', old, status), this.problems('after', now, status)];
      return [
        ...this.contents(status, 'answer', others, now.responses[status]?.content),
        ...[...before].flatMap(([code, schema]) =>
          after.has(code)
            ? this.schemaChanges(`problem ${code}`, 'answer', schema, after.get(code))
            : [`${this.name} ${status}: problem ${code} removed`],
        ),
      ];
    });
  }

  private problems(side: 'before' | 'after', { responses }: Operation, status: string): Problems {
    return problemsIn(responses[status]?.content?.[PROBLEM]?.schema, this.documents[side].components?.schemas ?? {});
  }

  private contents(part: string, direction: 'request' | 'answer', old: Content = {}, now: Content = {}): string[] {
    return Object.entries(old).flatMap(([type, { schema }]) =>
      now[type] === undefined ? [`${this.name} ${part}: ${type} removed`] : this.schemas(part, direction, schema, now[type].schema),
    );
  }

  private schemas(part: string, direction: 'request' | 'answer', old: Schema | undefined, now: Schema | undefined): string[] {
    return this.schemaChanges(`${this.name} ${part}`, direction, old, now);
  }

  private schemaChanges(place: string, direction: 'request' | 'answer', old: Schema | undefined, now: Schema | undefined): string[] {
    const { before, after } = this.documents;
    const sides = [
      { schema: old, schemas: before.components?.schemas ?? {} },
      { schema: now, schemas: after.components?.schemas ?? {} },
    ] as const;
    return schemaChanges(place, direction, ...sides);
  }
}

const isOpen = ({ security = [] }: Operation): boolean => security.length === 0 || security.some((way) => Object.keys(way).length === 0);
