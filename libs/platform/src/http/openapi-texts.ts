/** What the document says in the same way everywhere: tags, texts of answers, formats and descriptions of fields that many schemas have. */
import { isUuid } from '@app/kernel/id.js';

export interface ApiTexts {
  /** In the order of a reader. */
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** Descriptions of fields by name, for schemas that say nothing of their own. */
  readonly fields: Readonly<Record<string, string>>;
}

export const NO_TEXTS: ApiTexts = { tags: [], fields: {} };

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

interface Described {
  summary?: string;
  description?: string;
  security?: object[];
  responses: Record<string, { description?: string }>;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

export function describeOperation(operation: Described): void {
  operation.security ??= [];
  operation.description ??= `${operation.summary ?? ''}.`;
  for (const [status, response] of Object.entries(operation.responses))
    if (status < '300' && !response.description) response.description = `${operation.summary ?? 'Done'}.`;
}

/** Formats follow from the examples, so that the two cannot contradict each other. */
export function describeFields(schemas: Record<string, Field>, { fields }: ApiTexts): void {
  for (const { properties = {} } of Object.values(schemas)) {
    for (const [name, field] of Object.entries(properties)) {
      addFormat(field, name);
      const text = fields[name];
      // A reference with a description beside it is allowed since OpenAPI 3.1.
      if (text !== undefined) field.description ??= text;
    }
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
