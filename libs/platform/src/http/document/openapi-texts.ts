/** What the document says in the same way everywhere: tags, texts of answers, formats and descriptions of fields that many schemas have. */
import type { INestApplication } from '@nestjs/common';
import { isUuid } from '@app/kernel/id.js';
import type { DaysAhead } from './days-ahead.js';
import type { SchemaTexts } from './openapi-schemas.js';
import type { PathExamples } from './path-examples.js';

export interface ApiTexts {
  readonly title: string;
  /** What the API is for, and its conventions. */
  readonly introduction: string;
  /** In the order of a reader. */
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** Descriptions of fields by name, for schemas that say nothing of their own. */
  readonly fields: Readonly<Record<string, string>>;
  readonly schemas: SchemaTexts;
  /** The AsyncAPI document of what the system publishes. Without one there is no page about events. */
  readonly events?: object;
  /** Without them the document is served as it is committed. */
  readonly daysAhead?: DaysAhead;
  /** Asked each time that the document is. Without it the document is served as it is committed. */
  readonly pathExamples?: (app: INestApplication) => Promise<PathExamples>;
}

export const NO_TEXTS: ApiTexts = {
  title: 'API',
  introduction: '',
  tags: [],
  fields: {},
  schemas: { maxLengths: {}, maxItems: {}, enums: {} },
};

interface Field {
  type?: string | string[];
  format?: string;
  description?: string;
  example?: unknown;
  enum?: unknown[];
  $ref?: string;
  items?: Field;
  properties?: Record<string, Field>;
}

interface DescribedOperation {
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; description?: string; schema: Field }[];
  responses: Record<string, { description?: string }>;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

export function describeOperation(operation: DescribedOperation): void {
  operation.description ??= `${operation.summary ?? ''}.`;
  for (const [status, response] of Object.entries(operation.responses))
    if (status < '300' && !response.description) response.description = `${operation.summary ?? 'Done'}.`;
}

/** An id in a path is that of the collection before it: `/movies/{id}` is the id of a movie. */
export function describeParameters({ parameters = [] }: DescribedOperation, path: string, { fields }: Pick<ApiTexts, 'fields'>): void {
  for (const parameter of parameters) {
    addFormat(parameter.schema, parameter.name);
    const collection = parameter.in === 'path' ? path.split(`/{${parameter.name}}`)[0]?.split('/').at(-1) : undefined;
    const text = collection === undefined ? fields[parameter.name] : `Id of the ${singular(collection)}.`;
    if (text !== undefined) parameter.description ||= text;
  }
}

const singular = (collection: string): string => collection.replace(/s$/, '').replaceAll('-', ' ').replace('stripe', 'Stripe');

/** Formats follow from the examples, so that the two cannot contradict each other. */
export function describeFields(schemas: Record<string, Field>, { fields }: Pick<ApiTexts, 'fields'>): void {
  for (const schema of Object.values(schemas)) describeProperties(schema, fields);
}

function describeProperties({ properties = {} }: Field, fields: ApiTexts['fields']): void {
  for (const [name, field] of Object.entries(properties)) {
    addFormat(field, name);
    const text = fields[name];
    // A reference with a description beside it is allowed since OpenAPI 3.1.
    if (text !== undefined) field.description ??= text;
    describeProperties(field, fields);
  }
}

function addFormat(field: Field, name: string): void {
  const { type, format, example, items } = field;
  if (items?.type === 'string' && /Ids$/.test(name)) items.format ??= 'uuid';
  if (format !== undefined || field.enum !== undefined || ![type].flat().includes('string')) return;
  const found = typeof example === 'string' ? formatOf(example) : /(At|Until)$/.test(name) ? 'date-time' : undefined;
  if (found !== undefined) field.format = found;
}

function formatOf(example: string): string | undefined {
  if (INSTANT.test(example)) return 'date-time';
  if (DAY.test(example)) return 'date';
  return isUuid(example) ? 'uuid' : undefined;
}
