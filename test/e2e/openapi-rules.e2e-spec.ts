import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ApiDocument, breakingChanges } from '../openapi/breaking-changes.js';
import { type DeclaredChanges, staleDeclarations, undeclaredChanges } from '../openapi/declared-changes.js';
import * as faults from '../openapi/document-faults.js';
import { redoclyFindings, spectralFindings } from '../openapi/linters.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type OpenApiDocument, type Operation, operationsOf } from './openapi.js';

const ROOT = join(import.meta.dirname, '..', '..');
const MAX_OUTPUT_BYTES = 64 * 1_024 * 1_024;
// The printer and each linter are programs of their own, which resolve every reference of a long document.
const PROGRAM_MS = 180_000;

describe('The document of the built code', () => {
  const folder = temporaryFolder();
  let document: OpenApiDocument;
  let operations: Operation[];
  let file: string;
  let printed: string;

  beforeAll(async () => {
    const program = join(ROOT, 'dist/apps/api/src/print-openapi.js');
    const { stdout } = await promisify(execFile)(process.execPath, [program], { maxBuffer: MAX_OUTPUT_BYTES });
    printed = stdout;
    document = JSON.parse(stdout) as OpenApiDocument;
    operations = operationsOf(document);
    file = join(folder.path, 'openapi.json');
    writeFileSync(file, stdout);
  }, PROGRAM_MS);

  afterAll(() => folder.remove());

  it(
    'redocly finds nothing with its strictest rules',
    async () => {
      expect(await redoclyFindings(file)).toEqual([]);
    },
    PROGRAM_MS,
  );

  it(
    'spectral finds nothing with its rules about OpenAPI',
    async () => {
      expect(await spectralFindings(file)).toEqual([]);
    },
    PROGRAM_MS,
  );

  it(
    'the linters find a fault that is planted',
    async () => {
      const [path, item] = Object.entries(document.paths)[0]!;
      const { operationId: _, ...get } = Object.values(item)[0]!;
      const planted = join(folder.path, 'planted.json');
      writeFileSync(planted, JSON.stringify({ ...document, paths: { [path]: { get: { ...get, tags: ['unknown'] } } } }));
      expect((await redoclyFindings(planted)).join()).toContain('operation-operationId');
      expect((await spectralFindings(planted)).join()).toContain('operation-tag-defined');
    },
    PROGRAM_MS,
  );

  it('docs/openapi.json is this document; make openapi-files writes it', () => {
    // Not the whole text: a diff of a million characters would be printed.
    expect(readFileSync(join(ROOT, 'docs/openapi.json'), 'utf8') === printed).toBe(true);
  });

  it('the typed client is generated from this document', async () => {
    const generated = join(folder.path, 'client');
    await promisify(execFile)(process.execPath, [join(ROOT, 'clients/typescript/generate.mjs'), file, generated]);
    const committed = join(ROOT, 'clients/typescript/src/generated');
    const names = readdirSync(generated, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    expect(
      readdirSync(committed, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .sort(),
    ).toEqual(names.sort());
    const differing = names.filter((name) => readFileSync(join(generated, name), 'utf8') !== readFileSync(join(committed, name), 'utf8'));
    expect(differing).toEqual([]);
  }, 60_000);

  it('the Postman collection is made of this document, every operation once', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'clients/postman/generate.mjs'), file], {
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    const folders = (JSON.parse(stdout) as { item: { item: { id: string }[] }[] }).item;
    const ids = folders.flatMap(({ item }) => item.map(({ id }) => id));
    expect(ids.sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
    expect(readFileSync(join(ROOT, 'clients/postman/movie-reservation.postman_collection.json'), 'utf8') === stdout).toBe(true);
  });

  it('every breaking change since the last release is declared, and nothing else', () => {
    const released = JSON.parse(readFileSync(join(ROOT, 'docs/openapi-released.json'), 'utf8')) as ApiDocument;
    expect(Object.keys(released.paths).length).toBeGreaterThan(50);
    const declared = JSON.parse(readFileSync(join(ROOT, 'docs/api-changes.json'), 'utf8')) as DeclaredChanges;
    const changes = breakingChanges(released, document);
    expect(undeclaredChanges(changes, declared)).toEqual([]);
    expect(staleDeclarations(changes, declared)).toEqual([]);
  });

  it('every text and every list has a bound', () => {
    const places = faults.placesOf(document, operations);
    expect(places.length).toBeGreaterThan(500);
    expect(faults.unboundedTexts(places)).toEqual([]);
    expect(faults.unboundedLists(places)).toEqual([]);
  });

  it('every enum has one name', () => {
    expect(faults.unnamedEnums(document, faults.placesOf(document, operations))).toEqual([]);
  });

  it('every field and every parameter has a description', () => {
    expect(faults.undescribedFields(faults.placesOf(document, operations), operations)).toEqual([]);
  });

  it('an optional parameter shows no example, which a page would send', () => {
    expect(faults.optionalExamples(operations)).toEqual([]);
  });

  it('lists are named listX, other reads getX, and what changes something by its verb', () => {
    expect(faults.oddOperationIds(operations)).toEqual([]);
  });

  it('the fields of answers by which a client goes on are described', () => {
    expect(faults.undescribedHeaders(operations)).toEqual([]);
    expect(faults.undescribedHeaders([{ ...operations[0]!, responses: { 401: {}, 201: {} } }])).toHaveLength(2);
  });

  it('every operation that answers 304 takes If-None-Match', () => {
    expect(faults.unaskedNotModified(operations)).toEqual([]);
    expect(faults.unaskedNotModified([{ ...operations[0]!, parameters: [], responses: { 304: {} } }])).toHaveLength(1);
  });

  it('no operation names a way in twice', () => {
    expect(faults.repeatedSecurity(operations)).toEqual([]);
    expect(faults.repeatedSecurity([{ ...operations[0]!, security: [{ bearer: [] }, { bearer: [] }] }])).toHaveLength(1);
  });

  it('the tags stand in the order of a reader, and the paths in the order of the tags', () => {
    const tags = (document.tags ?? []).map(({ name }) => name);
    const order = ['auth', 'movies', 'theatres', 'rooms', 'showtimes', 'reservations', 'payments', 'admin', 'webhooks', 'sandbox'];
    expect(tags.filter((tag) => order.includes(tag))).toEqual(order.filter((tag) => tags.includes(tag)));
    const ranks = Object.values(document.paths).map((item) => tags.indexOf(Object.values(item)[0]?.tags?.[0] ?? ''));
    expect(ranks).toEqual([...ranks].sort((one, other) => one - other));
    expect(ranks).not.toContain(-1);
  });
});
