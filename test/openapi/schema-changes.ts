/** What has changed between two schemas so that a client of the old one breaks. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

export type Schemas = Readonly<Record<string, Schema>>;

/** What the client sends may not become less; what it gets may not lose anything. */
type Direction = 'request' | 'answer';

interface Side {
  readonly schema: Schema | undefined;
  readonly schemas: Schemas;
}

const LOWER_BOUNDS = ['minimum', 'minLength', 'minItems'] as const;
const UPPER_BOUNDS = ['maximum', 'maxLength', 'maxItems'] as const;

/** `seen` ends a circle of references. */
export function schemaChanges(place: string, direction: Direction, before: Side, after: Side, seen: readonly string[] = []): string[] {
  if (before.schema === undefined || after.schema === undefined) return [];
  const reference = before.schema.$ref ?? '';
  if (reference !== '' && seen.includes(reference)) return [];
  const [old, now] = [normalised(before.schema, before.schemas), normalised(after.schema, after.schemas)];
  const inside = (name: string, oldPart: Schema | undefined, nowPart: Schema | undefined): string[] =>
    schemaChanges(`${place}${name}`, direction, { ...before, schema: oldPart }, { ...after, schema: nowPart }, [...seen, reference]);
  return [
    ...valueChanges(place, direction, old, now),
    ...(direction === 'request' ? requestChanges(place, old, now) : answerChanges(place, old, now)),
    ...Object.keys(old.properties ?? {}).flatMap((name) => inside(`.${name}`, old.properties?.[name], now.properties?.[name])),
    ...inside('[]', old.items, now.items),
  ];
}

/** The types, enum and format of a value, in either direction. */
function valueChanges(place: string, direction: Direction, old: NormalisedSchema, now: NormalisedSchema): string[] {
  const [wider, narrower] = direction === 'request' ? [now, old] : [old, now];
  const types = narrower.types.filter((type) => !wider.types.includes(type) && !(type === 'integer' && wider.types.includes('number')));
  return [
    ...(old.types.length > 0 && now.types.length > 0 && types.length > 0
      ? [`${place}: type ${old.types.join('|')} became ${now.types.join('|')}`]
      : []),
    ...missing(old.values, now.values).map((value) => `${place}: value ${JSON.stringify(value)} removed`),
    ...(direction === 'request' && old.values === undefined && now.values !== undefined ? [`${place}: only certain values now`] : []),
    ...(old.format !== now.format && (direction === 'answer' ? old.format : now.format) !== undefined
      ? [`${place}: format ${old.format ?? 'none'} became ${now.format ?? 'none'}`]
      : []),
  ];
}

function requestChanges(place: string, old: NormalisedSchema, now: NormalisedSchema): string[] {
  const isNarrower = (name: keyof Schema, sign: 1 | -1): boolean => {
    const [was, is] = [old[name], now[name]];
    return typeof is === 'number' && (typeof was !== 'number' || (is - was) * sign > 0);
  };
  const bounds = [...LOWER_BOUNDS.filter((name) => isNarrower(name, 1)), ...UPPER_BOUNDS.filter((name) => isNarrower(name, -1))];
  return [
    ...bounds.map((name) => `${place}: ${name} ${old[name] ?? 'none'} became ${now[name]}`),
    ...(now.pattern !== undefined && now.pattern !== old.pattern ? [`${place}: pattern changed`] : []),
    ...(now.uniqueItems === true && old.uniqueItems !== true ? [`${place}: items must be unique now`] : []),
    ...Object.keys(old.properties ?? {})
      .filter((name) => now.properties?.[name] === undefined)
      .map((name) => `${place}.${name}: field of the request removed`),
    ...missing(now.required ?? [], old.required ?? []).map((name) => `${place}.${String(name)}: field of the request is required now`),
  ];
}

function answerChanges(place: string, old: NormalisedSchema, now: NormalisedSchema): string[] {
  const gone = Object.keys(old.properties ?? {}).filter((name) => now.properties?.[name] === undefined);
  const optional = missing(old.required ?? [], now.required ?? []).filter((name) => !gone.includes(String(name)));
  return [
    ...gone.map((name) => `${place}.${name}: field of the answer removed`),
    ...optional.map((name) => `${place}.${String(name)}: field of the answer may be missing now`),
  ];
}

/** Those of `before` that `after` does not have. */
const missing = (before: readonly unknown[] | undefined, after: readonly unknown[] | undefined): unknown[] =>
  before === undefined || after === undefined ? [] : before.filter((each) => !after.includes(each));

interface NormalisedSchema extends Schema {
  readonly types: readonly string[];
  /** An enum or a constant. */
  readonly values: readonly unknown[] | undefined;
}

/** References, parts of `allOf` and a null beside one schema are folded into one schema. */
export function normalised(schema: Schema, schemas: Schemas): NormalisedSchema {
  const { $ref, allOf = [], anyOf = [], ...own } = schema;
  const isNullable = anyOf.some(({ type }) => type === 'null');
  const others = anyOf.filter(({ type }) => type !== 'null');
  const parts = [
    ...($ref === undefined ? [] : [schemas[$ref.split('/').at(-1) ?? ''] ?? {}]),
    ...allOf,
    ...(others.length === 1 ? others : []),
  ];
  const folded = parts.map((part) => normalised(part, schemas));
  const whole: Schema = Object.assign({}, ...folded, own) as Schema;
  const all = [...folded, own as Schema];
  const types = [whole.type ?? []].flat();
  return {
    ...whole,
    properties: Object.assign({}, ...all.map(({ properties = {} }) => properties)) as Schemas,
    required: all.flatMap(({ required = [] }) => required),
    types: isNullable && types.length > 0 ? [...types, 'null'] : types,
    values: whole.enum ?? (whole.const === undefined ? undefined : [whole.const]),
  };
}
