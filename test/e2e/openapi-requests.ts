/** Generates requests for the fuzzing suite from the OpenAPI document: mostly valid ones, and some that the document does not allow. */
import fc from 'fast-check';
import { newId } from '@app/kernel/id.js';
import { CSV, FORM, MULTIPART, type OpenApiDocument, type Operation, type Schema } from './openapi.js';
import { uploadsOf } from './openapi-uploads.js';

/** Everybody who may call, and how often. */
const SENDERS = { anonymous: 2, customer: 3, 'box-office': 2, reporting: 1, machine: 1, admin: 9 } as const;
export type Sender = keyof typeof SENDERS;

export interface FuzzRequest {
  readonly sender: Sender;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
}

/** Texts and values that a parser, a column or a cast without checks fails on. */
const ODD_TEXT = [
  '', ' ', '\0', 'a\0b', '\ud800', 'x\udfffy', '😀'.repeat(200), 'a'.repeat(5_000), `' OR 1=1 --`, '%', '\\', '%00', '-1', '0', '00', '1e9', '1.5', '١',
  '99999999999999999999', '2147483648', 'NaN', 'null', 'undefined', 'true', '[]', '{}', '__proto__', 'constructor', 'toString', '2026-02-30', '2026-02-28',
  '0000-00-00', '9999-12-31', '2026-11-21T19:00:00Z', '2026-11-21T19:00', '9999-12-31T23:59:59.999Z', '+275760-09-13T00:00:00Z', '-000001-01-01T00:00:00Z',
  '2026-03-29T02:30', '24:00', 'Europe/Berlin', 'Europe/Nowhere', 'EUR', 'eur', 'XXX', 'A1', 'ZZ999999999', 'a@b.example', 'a@b', '../../etc/passwd', '<script>',
  'İ', 'ﬀ', '\u202e', '\r\nX-Injected: 1', newId(), 'W10', 'eyJhIjoxfQ', 'WyJhIl0', 'WyIyMDI2LTExLTIxVDE5OjAwOjAwWiIsIngiXQ',
]; // prettier-ignore
const ODD_VALUES: unknown[] = [
  null, true, false, 0, -0, -1, 1, 1.5, 2 ** 31, 2 ** 53, 1e308, -1e308, 5e-324, [], {}, [[]], [null], [1, 'a'], { a: 1 }, { length: 3 }, ['A1', 'A1'],
]; // prettier-ignore

const nested = (open: string, close: string, depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`;
const ODD_QUERIES = [
  'unknown=parameter', 'limit=1&limit=2', 'status[x]=1', 'q[]=a', '__proto__[a]=1', '%ff=%ff', 'q=%E9', 'limit=%', 'cursor=%ed%a0%80', nested('q[', ']', 200),
]; // prettier-ignore
const ODD_BODIES = [
  undefined, '', '{', 'null', '[]', '"a"', '{"__proto__":{}}', '{"a":1,"a":2}', '{"name":"a","name":{"name":"b"}}', nested('[', ']', 4_000), nested('{"a":', '}', 2_500),
  nested('{"seats":[', ']}', 1_000), nested('[', ']', 18_000), Buffer.from('{"name":"s\xe9curit\xe9"}', 'latin1'), Buffer.from('\ufeff{"a":"\ud83c\udfac"}', 'utf16le'),
  Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]), Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), 'a=%E9&a=%', 'a=1&a=2',
]; // prettier-ignore
const JSON_TYPE = 'application/json';
const JSON_LINES = 'application/x-ndjson';
const ODD_TYPES = [
  'text/plain',
  'application/x-ndjson',
  'multipart/form-data',
  'multipart/form-data; boundary=b',
  'text/csv',
  'application/json; charset=x',
];
const ODD_ETAGS = ['*', 'W/"1"', '"', '""', 'W/', '"a", "b", W/"c"', ',', 'e'.repeat(5_000)];
/** Of headers that operations document. */
const ODD_HEADERS: Readonly<Record<string, readonly string[]>> = {
  'Idempotency-Key': ['once', 'twice', ' ', 'é', 'k'.repeat(300), 'a b'],
  'Stripe-Signature': ['t=1,v1=00', 't=,v1=', 'v1=', ',,,', `t=${Math.floor(Date.now() / 1_000)},v1=${'0'.repeat(64)}`],
  'If-Match': ODD_ETAGS,
  'If-None-Match': ODD_ETAGS,
};
const MAX_DEPTH = 4;

export interface KnownValues {
  /** Values that exist in the system, by the name of a field or of a collection in a path. */
  readonly byName: Readonly<Record<string, unknown>>;
  readonly ids: readonly string[];
  /** The bytes of a file that an upload takes. */
  readonly file: Buffer;
}

export class RequestGenerator {
  constructor(
    private readonly document: OpenApiDocument,
    private readonly known: KnownValues,
  ) {}

  requestsFor({ path, parameters = [], requestBody }: Operation): fc.Arbitrary<FuzzRequest> {
    return fc
      .record({
        sender: fc.oneof(...Object.entries(SENDERS).map(([sender, weight]) => ({ weight, arbitrary: fc.constant(sender as Sender) }))),
        pathValues: this.pathValues(path),
        query: this.query(parameters),
        sent: this.body(requestBody),
        headers: this.headers(parameters),
      })
      .map(({ sender, pathValues, query, sent, headers }) => ({
        sender,
        path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(pathValues[name]!)),
        query: query.filter(Boolean).join('&'),
        headers: { ...(sent.body === undefined ? {} : { 'content-type': sent.type }), ...headers },
        body: sent.body,
      }));
  }

  /** Mostly of a media type that the operation takes, now and then odd in itself or announced as something else. */
  private body(requestBody: Operation['requestBody']): fc.Arbitrary<{ type: string; body: FuzzRequest['body'] }> {
    const odd = fc.record({
      type: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(JSON_TYPE, FORM) }, fc.constantFrom(...ODD_TYPES)),
      body: fc.constantFrom(...ODD_BODIES),
    });
    const documented = Object.entries(requestBody?.content ?? {}).map(([type, { schema, example }]) => {
      if (type === MULTIPART) return this.upload(schema);
      const text =
        type === CSV
          ? this.csv(String(example))
          : type === JSON_LINES
            ? this.jsonLines(String(example))
            : this.valueOf(schema).map((value) => (type === FORM ? formOf(value) : JSON.stringify(value)));
      return fc.record({ type: fc.oneof({ weight: 20, arbitrary: fc.constant(type) }, fc.constantFrom(...ODD_TYPES)), body: text });
    });
    const none = fc.constant({ type: JSON_TYPE, body: undefined });
    return documented.length === 0
      ? fc.oneof({ weight: 4, arbitrary: none }, odd)
      : fc.oneof({ weight: 8, arbitrary: fc.oneof(...documented) }, odd);
  }

  private upload(schema: Schema | undefined): fc.Arbitrary<{ type: string; body: Buffer }> {
    const [field] = Object.keys(this.resolve(schema).properties ?? {});
    return uploadsOf(field!, this.known.file).map(({ contentType, body }) => ({ type: contentType, body }));
  }

  /** The example with other cells, with cells too many and too few. */
  private csv(example: string): fc.Arbitrary<string> {
    const cell = fc.oneof(this.oddText(), fc.constantFrom(...example.split(/[\n,]/), '"', '=1+1'));
    const rows = fc.array(
      fc.array(cell, { maxLength: 8 }).map((cells) => cells.join(',')),
      { maxLength: 5 },
    );
    return fc.oneof(
      fc.constant(example),
      rows.map((lines) => [example.split('\n')[0], ...lines].join('\n')),
    );
  }

  /** Lines with other values, and lines that are no JSON. */
  private jsonLines(example: string): fc.Arbitrary<string> {
    const fields = JSON.parse(example) as Record<string, unknown>;
    const value = fc.oneof(this.oddText(), fc.constantFrom(...Object.values(fields), 'NULL', 5, null, [[[]]]));
    const row = fc.dictionary(fc.constantFrom(...Object.keys(fields), '__proto__', 'colour'), value).map((own) => ({ ...fields, ...own }));
    const lines = fc.array(
      fc.oneof({ weight: 4, arbitrary: row.map((each) => JSON.stringify(each)) }, fc.constantFrom('', '{', '5', '[]')),
    );
    return fc.oneof(
      fc.constant(example),
      lines.map((each) => each.join('\n')),
    );
  }

  private headers(parameters: NonNullable<Operation['parameters']>): fc.Arbitrary<Record<string, string>> {
    const names = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name);
    const values = (name: string) => fc.constantFrom(...(ODD_HEADERS[name] ?? []));
    return fc.record(Object.fromEntries(names.map((name) => [name, fc.option(values(name), { nil: undefined, freq: 2 })]))).map(defined);
  }

  private pathValues(path: string): fc.Arbitrary<Record<string, string>> {
    const { byName, ids } = this.known;
    return fc.record(
      Object.fromEntries(
        [...path.matchAll(/(\w+)\/\{(\w+)\}/g)].map(([, collection, name]) => [
          name!,
          fc.oneof(
            { weight: 6, arbitrary: fc.constant(String((byName[collection!] as string | undefined) ?? ids[0])) },
            { weight: 1, arbitrary: fc.constantFrom(...ids) },
            { weight: 1, arbitrary: this.oddText().filter((text) => text !== '' && text.isWellFormed()) },
          ),
        ]),
      ),
    );
  }

  private query(parameters: NonNullable<Operation['parameters']>): fc.Arbitrary<string[]> {
    const documented = parameters
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, schema, example }) => {
        const value = this.valueOf({ ...this.resolve(schema), ...(example === undefined ? {} : { example }) }, { name });
        return fc.oneof(this.oddText(), value.map(String)).map((text) => `${name}=${encoded(text)}`);
      });
    return fc.array(fc.oneof(...(documented.length === 0 ? [fc.constant('')] : documented), fc.constantFrom(...ODD_QUERIES)), {
      maxLength: 3,
      size: '-1',
    });
  }

  /** Mostly a value of the schema, now and then another one. */
  private valueOf(schema: Schema | undefined, { depth = 0, name = '' } = {}): fc.Arbitrary<unknown> {
    const ofSchema = this.valueOfSchema(this.resolve(schema), depth);
    const known = this.known.byName[name];
    const fitting = known === undefined ? ofSchema : fc.oneof({ weight: 6, arbitrary: fc.constant(known) }, ofSchema);
    const odd = fc.oneof(fc.constantFrom(...ODD_VALUES), this.oddText(), fc.jsonValue({ maxDepth: 3 }));
    return fc.oneof({ weight: 10, arbitrary: fitting }, { weight: 1, arbitrary: odd });
  }

  private valueOfSchema(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    if (schema.properties !== undefined && depth < MAX_DEPTH) return this.objectOf(schema.properties, depth);
    const listed: unknown[] = [
      ...(schema.enum ?? []),
      ...(schema.examples ?? []),
      ...(schema.example === undefined ? [] : [schema.example]),
    ];
    const ofType = this.valueOfType(schema, depth);
    return listed.length > 0 ? fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...listed) }, ofType) : ofType;
  }

  private objectOf(properties: Readonly<Record<string, Schema>>, depth: number): fc.Arbitrary<unknown> {
    const fields = Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name, this.valueOf(schema, { depth: depth + 1, name })]),
    );
    const complete = fc.record(fields);
    const partial = fc.record(fields, { requiredKeys: [] });
    const extended = fc
      .tuple(complete, this.oddText(), fc.constantFrom(...ODD_VALUES))
      .map(([value, name, extra]) => ({ ...value, [name]: extra }));
    return fc.oneof({ weight: 8, arbitrary: complete }, { weight: 3, arbitrary: partial }, extended);
  }

  private valueOfType(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
      case 'array':
        return fc.array(this.valueOf(schema.items, { depth: depth + 1 }), { maxLength: 12 });
      case 'number':
      case 'integer':
        return fc.oneof(fc.integer({ min: -2, max: 200 }), fc.integer(), fc.double());
      case 'boolean':
        return fc.boolean();
      default:
        return this.oddText();
    }
  }

  private oddText(): fc.Arbitrary<string> {
    return fc.oneof(fc.constantFrom(...ODD_TEXT), fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...this.known.ids));
  }

  private resolve(schema: Schema | undefined): Schema {
    if (schema?.$ref !== undefined) return this.resolve(this.document.components.schemas[schema.$ref.split('/').at(-1)!]);
    if (schema?.allOf?.length === 1) return this.resolve(schema.allOf[0]);
    return schema ?? {};
  }
}

/** Without what is undefined. */
const defined = (headers: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

const formOf = (value: unknown): string =>
  new URLSearchParams(Object.entries(value ?? {}).map(([name, inner]): [string, string] => [name, String(inner)])).toString();
