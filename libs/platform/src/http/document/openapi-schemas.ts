/** What is the same for every schema of the document: bounds of texts and lists, named enums, parameters, and the order of the paths. */

export interface SchemaTexts {
  /** Of texts without a bound of their own, in characters; by field, or by `Schema.field`. */
  readonly maxLengths: Readonly<Record<string, number>>;
  /** Of lists without a bound of their own; by field, or by `Schema.field`. */
  readonly maxItems: Readonly<Record<string, number>>;
  /** Names of enums. One that is not listed is named after the schema and the field where it stands. */
  readonly enums: Readonly<Record<string, readonly unknown[]>>;
}

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  example?: unknown;
  const?: unknown;
  default?: unknown;
  enum?: unknown[];
  maxLength?: number;
  maxItems?: number;
  anyOf?: Schema[];
  allOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
}

interface Operation {
  operationId?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; example?: unknown; schema: Schema }[];
}

export interface SchemaDocument {
  readonly tags?: readonly { readonly name: string }[];
  paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

/** Formats that bound the length of a text by themselves. */
const BOUNDED_FORMATS = new Set(['date', 'date-time', 'uuid', 'binary']);

/** Where a schema stands: for its bounds and for the name of its enum. */
interface Place {
  readonly owner: string;
  readonly field: string;
}

type Visit = (schema: Schema, place: Place) => void;

export function completeSchemas(document: SchemaDocument, texts: SchemaTexts): void {
  const { schemas } = document.components;
  visitAll(document, (schema, place) => addBounds(schema, place, texts));
  const names = enumNames(schemas, texts);
  const added: Record<string, Schema> = {};
  visitAll(document, (schema, { owner, field }) => {
    if (schema.enum === undefined || schemas[owner] === schema) return;
    const values = schema.enum.filter((value) => value !== null);
    if (values.every((value) => typeof value === 'boolean')) return simplify(schema, { type: 'boolean' });
    if (values.length === 1 && values.length === schema.enum.length) return simplify(schema, { type: typeOf(values[0]), const: values[0] });
    const key = keyOf(values);
    const name = names.get(key) ?? `${owner.replace(/(View|Request|Response)$/, '')}${capital(field)}`;
    names.set(key, name);
    if (schemas[name] === undefined) added[name] ??= enumSchema(name, inListedOrder(name, values, texts));
    const reference = { $ref: `#/components/schemas/${name}` };
    simplify(schema, values.length === schema.enum.length ? reference : { anyOf: [reference, { type: 'null' }] });
  });
  Object.assign(schemas, added);
  sortPaths(document);
}

/** A page shows an optional parameter with its example filled in, and would send it. */
export function hideOptionalExamples({ paths }: SchemaDocument): void {
  for (const { parameters = [] } of Object.values(paths).flatMap((item) => Object.values(item)))
    for (const parameter of parameters) {
      if (parameter.required === true) continue;
      delete parameter.example;
      delete parameter.schema.example;
    }
}

function visitAll({ paths, components }: SchemaDocument, visit: Visit): void {
  // Answers before requests: an enum without a listed name is named after the answer.
  const owners = Object.keys(components.schemas).sort((one, other) => Number(/Request$/.test(one)) - Number(/Request$/.test(other)));
  for (const owner of owners) walk(components.schemas[owner], { owner, field: '' }, visit);
  for (const { operationId = '', parameters = [] } of Object.values(paths).flatMap((item) => Object.values(item)))
    for (const { name, schema } of parameters) walk(schema, { owner: capital(operationId), field: name }, visit);
}

function walk(schema: Schema | undefined, place: Place, visit: Visit): void {
  if (schema === undefined) return;
  visit(schema, place);
  for (const [field, property] of Object.entries(schema.properties ?? {})) walk(property, { ...place, field }, visit);
  for (const part of [schema.items, ...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) walk(part, place, visit);
}

function addBounds(schema: Schema, { owner, field }: Place, { maxLengths, maxItems }: SchemaTexts): void {
  const types = [schema.type].flat();
  const isListed = schema.enum !== undefined || schema.const !== undefined;
  if (types.includes('string') && !isListed && !BOUNDED_FORMATS.has(schema.format ?? ''))
    setBound(schema, 'maxLength', maxLengths[`${owner}.${field}`] ?? maxLengths[field]);
  if (types.includes('array')) setBound(schema, 'maxItems', maxItems[`${owner}.${field}`] ?? maxItems[field]);
}

function setBound(schema: Schema, name: 'maxLength' | 'maxItems', bound: number | undefined): void {
  if (bound !== undefined) schema[name] ??= bound;
}

/** By the values, in any order. A schema that is an enum keeps its name. */
function enumNames(schemas: Readonly<Record<string, Schema>>, { enums }: SchemaTexts): Map<string, string> {
  const declared = Object.entries(schemas).flatMap(([name, { enum: values }]) =>
    values === undefined ? [] : [[keyOf(values), name] as const],
  );
  return new Map([...Object.entries(enums).map(([name, values]) => [keyOf(values), name] as const), ...declared]);
}

const keyOf = (values: readonly unknown[]): string => JSON.stringify([...values].sort());

/** Throws where the list has other values than the document: they would be published in place of the true ones. */
function inListedOrder(name: string, values: readonly unknown[], { enums }: SchemaTexts): readonly unknown[] {
  const listed = enums[name] ?? values;
  if (keyOf(listed) !== keyOf(values)) throw new Error(`${name} is listed with other values than it has: ${values.join(', ')}`);
  return listed;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function enumSchema(name: string, values: readonly unknown[]): Schema {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return { type: typeOf(values[0]), enum: [...values], description: `${capital(words)}.` };
}

const typeOf = (value: unknown): string => (Number.isInteger(value) ? 'integer' : typeof value);

/** The place keeps its description, example and default. */
function simplify(schema: Schema, by: Schema): void {
  delete schema.enum;
  delete schema.type;
  Object.assign(schema, by);
}

/** In the order of the tags: a reader meets the paths in the order of the document. */
function sortPaths(document: SchemaDocument): void {
  const order = (document.tags ?? []).map(({ name }) => name);
  const rankOf = (item: Record<string, Operation>): number => order.indexOf(Object.values(item)[0]?.tags?.[0] ?? '');
  const sorted = Object.entries(document.paths).sort(([, one], [, other]) => rankOf(one) - rankOf(other));
  document.paths = Object.fromEntries(sorted);
}
