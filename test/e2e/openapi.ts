/** The OpenAPI document as the suites read it, and a check of values against its schemas. */
import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { HttpClient } from '../support/http-client.js';

export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly type: string;
  readonly errors?: readonly object[];
  readonly retryAfter?: number;
}

export interface Schema {
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: string | string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
}

/** By media type. */
type Content = Readonly<Record<string, { schema?: Schema; example?: unknown; examples?: Record<string, { value: Problem }> }>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface DocumentedResponse {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, object>>;
  readonly content?: Content;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
  readonly security?: readonly object[];
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly servers?: readonly object[];
  readonly tags?: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'method' | 'path'>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export const PROBLEM = 'application/problem+json';
export const MULTIPART = 'multipart/form-data';
export const CSV = 'text/csv';
export const FORM = 'application/x-www-form-urlencoded';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Only the built processes serve the whole document: a plugin of the compiler adds the fields of the classes. */
export async function readOpenApi(client: HttpClient): Promise<{ document: OpenApiDocument; operations: Operation[] }> {
  const document = (await client.expectOk('GET', '//docs/openapi.json')) as OpenApiDocument;
  return { document, operations: operationsOf(document) };
}

export function operationsOf({ paths }: OpenApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method] !== undefined).map((method) => ({ ...item[method]!, method, path })),
  );
}

/** The operations that belong to the product, without those of the sandbox's clock. */
export const apiOperations = (operations: readonly Operation[]): Operation[] => operations.filter(({ path }) => path.startsWith('/api/'));

export const namesOf = (operations: readonly Operation[]): string[] =>
  operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);

/** Returns the path with the examples of its parameters. */
export const exampleUrl = ({ path, parameters = [] }: Operation): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(parameters.find((parameter) => parameter.name === name)?.example));

export class SchemaCheck {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor({ components }: OpenApiDocument) {
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ $id: 'api', components });
  }

  /** Returns what is wrong with the value, on lines that begin with `name`. A missing value is wrong too. */
  faultsOf(name: string, schema: Schema | undefined, value: unknown): string[] {
    if (value === undefined) return [`${name}: no example`];
    const validate = this.validatorOf(JSON.stringify(schema).replaceAll('"#/', '"api#/'));
    return validate(value) ? [] : [`${name}: ${this.#ajv.errorsText(validate.errors)}`];
  }

  /** Compiling a schema takes a hundred times as long as a check, and many responses have the same schema. */
  private validatorOf(schema: string): ValidateFunction {
    const known = this.#validators.get(schema);
    if (known !== undefined) return known;
    const compiled = this.#ajv.compile(JSON.parse(schema) as object);
    this.#validators.set(schema, compiled);
    return compiled;
  }
}
