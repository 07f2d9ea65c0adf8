/** Makes JSON Schema of the types of event payloads, as the compiler of TypeScript understands them. */
import ts from 'typescript';

export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
}

interface SchemaContext {
  readonly checker: ts.TypeChecker;
  /** Descriptions by name, for fields that have no comment of their own. */
  readonly texts: Readonly<Record<string, string>>;
  /** Interfaces that schemas refer to, by name. Filled on the way. */
  readonly named: Map<string, JsonSchema>;
}

/** The name of a field says what it holds: TypeScript knows texts and numbers only. */
const FORMATS: readonly (readonly [name: RegExp, schema: JsonSchema])[] = [
  // The id of a dispute is Stripe's.
  [/(?<!^dispute)Id$|^(admittedBy|subject)$/, { format: 'uuid' }],
  [/At$|^(heldUntil|time)$/, { format: 'date-time' }],
  [/Date$/, { format: 'date' }],
  [/^email$/, { format: 'email' }],
  [/^currency$/, { pattern: '^[A-Z]{3}$' }],
];

/** Throws for a type that is no plain JSON. `field` is the name of the field that has the type. */
export function schemaOf(type: ts.Type, context: SchemaContext, field = ''): JsonSchema {
  const { checker } = context;
  const options = (type.isUnion() ? type.types : [type]).filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
  const isNullable = options.some(({ flags }) => flags & ts.TypeFlags.Null);
  const others = options.filter(({ flags }) => !(flags & ts.TypeFlags.Null));
  const literals = others.flatMap((option) => (option.isStringLiteral() ? [option.value] : []));
  if (literals.length > 0 && literals.length === others.length)
    return { type: isNullable ? ['string', 'null'] : 'string', enum: [...literals, ...(isNullable ? [null] : [])] };
  const [only] = others;
  if (only === undefined) throw new Error(`${field}: only null`);
  const schema =
    others.length === 1
      ? schemaOfOne(only, context, field)
      : others.every(({ flags }) => flags & ts.TypeFlags.BooleanLiteral)
        ? { type: 'boolean' }
        : unsupported(checker.typeToString(type), field);
  if (!isNullable) return schema;
  return schema.$ref === undefined ? { ...schema, type: [schema.type as string, 'null'] } : { oneOf: [schema, { type: 'null' }] };
}

function schemaOfOne(type: ts.Type, context: SchemaContext, field: string): JsonSchema {
  const { checker } = context;
  if (type.flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
  if (type.flags & ts.TypeFlags.Number) return { type: 'integer' };
  if (type.flags & ts.TypeFlags.String) return { type: 'string', ...FORMATS.find(([name]) => name.test(field))?.[1] };
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    return { type: 'array', items: schemaOf(item!, context, '') };
  }
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) || type.getCallSignatures().length > 0)
    return unsupported(checker.typeToString(type), field);
  const name = type.symbol?.flags & ts.SymbolFlags.Interface ? type.symbol.name : null;
  if (name === null) return objectSchema(type, context);
  if (!context.named.has(name)) {
    // Known before its fields are read: a type may hold itself.
    context.named.set(name, {});
    context.named.set(name, describedBy(type.symbol, context, objectSchema(type, context)));
  }
  return { $ref: `#/components/schemas/${name}` };
}

function objectSchema(type: ts.Type, context: SchemaContext): JsonSchema {
  const { checker, texts } = context;
  const fields = checker.getPropertiesOfType(type);
  const properties = fields.map((field): [string, JsonSchema] => {
    const schema = describedBy(field, context, schemaOf(checker.getTypeOfSymbol(field), context, field.name));
    const text = schema.description ?? texts[field.name];
    return [field.name, text === undefined ? schema : described(schema, text)];
  });
  const required = fields.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
}

function describedBy(symbol: ts.Symbol, { checker }: SchemaContext, schema: JsonSchema): JsonSchema {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s+/g, ' ').trim();
  return text === '' ? schema : described(schema, text);
}

/** What stands beside a reference is not read by every program. */
function described(schema: JsonSchema, description: string): JsonSchema {
  return schema.$ref === undefined ? { ...schema, description } : { allOf: [schema], description };
}

function unsupported(type: string, field: string): never {
  throw new Error(`${field}: ${type} is not plain JSON`);
}
