/** `GET /docs/events`: what the system publishes, as a page without scripts, and `/docs/events/asyncapi.json`, for programs. */
import type { FastifyInstance } from 'fastify';
import { HTML_POLICY, escapeHtml, page } from './html.js';
import { serveOnce } from './prepared-answers.js';

const MAX_AGE_SECONDS = 3_600;
const DOCUMENT_PATH = '/docs/events/asyncapi.json';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Message {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly payload: Schema;
  readonly examples: readonly { readonly payload: object }[];
}

/** As much of an AsyncAPI document as the page shows. */
interface EventDocument {
  readonly info: { readonly title: string; readonly description: string };
  readonly components: { readonly messages: Readonly<Record<string, Message>>; readonly schemas: Readonly<Record<string, Schema>> };
}

export function serveEventPages(fastify: FastifyInstance, document: object): void {
  serveOnce(fastify, '/docs/events', {
    type: 'text/html; charset=utf-8',
    policy: HTML_POLICY,
    maxAgeSeconds: MAX_AGE_SECONDS,
    make: () => eventsPage(document as EventDocument),
  });
  serveOnce(fastify, DOCUMENT_PATH, {
    type: 'application/json; charset=utf-8',
    maxAgeSeconds: MAX_AGE_SECONDS,
    make: () => JSON.stringify(document),
  });
}

function eventsPage({ info, components }: EventDocument): string {
  const messages = Object.values(components.messages);
  const contexts = Object.entries(Object.groupBy(messages, ({ name }) => name.slice(0, name.indexOf('.'))));
  const list = contexts.map(([context, ofContext = []]) => {
    const links = ofContext.map(({ name, title }) => `<li><a href="#${escapeHtml(name)}">${escapeHtml(title)}</a></li>`);
    return `<h3>${escapeHtml(context)}</h3><ul>${links.join('')}</ul>`;
  });
  return page(
    info.title,
    [
      `<p>${code(info.description)}</p>`,
      `<p>For programs: <a href="${DOCUMENT_PATH}">the AsyncAPI document</a>.</p>`,
      ...list,
      ...sectionOf('Every event has', components.schemas['CloudEvent'], components.schemas),
      ...messages.flatMap((message) => eventSection(message, components.schemas)),
    ].join('\n'),
  );
}

function eventSection({ name, title, summary, payload, examples }: Message, schemas: Readonly<Record<string, Schema>>): string[] {
  const data = resolved(payload, schemas)
    .allOf?.map((part) => resolved(part, schemas).properties?.['data'])
    .at(-1);
  return [
    `<h2 id="${escapeHtml(name)}">${escapeHtml(title)}</h2>`,
    `<p><code>${escapeHtml(name)}</code></p><p>${code(summary)}</p>`,
    ...sectionOf('', data, schemas),
    ...examples.slice(0, 1).map((example) => `<pre>${escapeHtml(JSON.stringify(example.payload, null, 2))}</pre>`),
  ];
}

function sectionOf(title: string, schema: Schema | undefined, schemas: Readonly<Record<string, Schema>>): string[] {
  const rows = fieldsOf(schema ?? {}, schemas).map(
    ({ name, type, description }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(type)}</td><td>${code(description)}</td></tr>`,
  );
  return [title === '' ? '' : `<h2>${escapeHtml(title)}</h2>`, rows.length === 0 ? '' : `<table>${rows.join('')}</table>`];
}

interface Field {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}

/** Those inside others too: `seats[].label`. */
function fieldsOf(schema: Schema, schemas: Readonly<Record<string, Schema>>, prefix = ''): Field[] {
  const { properties = {}, required = [] } = resolved(schema, schemas);
  return Object.entries(properties).flatMap(([name, property]) => {
    const full = `${prefix}${name}`;
    const inner = resolved(property, schemas);
    const type = `${typeName(inner, schemas)}${required.includes(name) ? '' : ', may be left out'}`;
    const field = { name: full, type, description: property.description ?? inner.description ?? '' };
    const nested = inner.items === undefined ? fieldsOf(inner, schemas, `${full}.`) : fieldsOf(inner.items, schemas, `${full}[].`);
    return [field, ...nested];
  });
}

/** What a reference, or one that may be null, stands for. */
function resolved(schema: Schema, schemas: Readonly<Record<string, Schema>>): Schema {
  const { $ref, oneOf, allOf } = schema;
  if ($ref !== undefined) return schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {};
  const [only, ...others] = oneOf ?? allOf ?? [];
  return only?.$ref !== undefined && others.every(({ type }) => type === 'null') ? resolved(only, schemas) : schema;
}

function typeName({ type, format, enum: options, const: only, items }: Schema, schemas: Readonly<Record<string, Schema>>): string {
  if (only !== undefined) return JSON.stringify(only);
  if (options !== undefined) return options.map((option) => JSON.stringify(option)).join(' | ');
  if (items !== undefined) return `list of ${typeName(resolved(items, schemas), schemas)}`;
  return [format ?? [type].flat()[0] ?? 'object', ...([type].flat().includes('null') ? ['null'] : [])].join(' | ');
}

/** Text in which `…` is code. */
function code(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
