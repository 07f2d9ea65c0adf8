import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allEventTypes } from '@app/contracts/all-events.js';
import type { EventClass } from '@app/kernel/domain-event.js';
import { envelopeOf, openEnvelope, parseEnvelope } from '@app/platform/messaging/envelope.js';
import { readEventClasses } from './asyncapi/event-classes.js';
import { FIELD_TEXTS } from './asyncapi/field-texts.js';
import type { JsonSchema } from './asyncapi/json-schema.js';
import { printedDocument } from './asyncapi/printed-document.js';
import { sampleFaults } from './asyncapi/sample-faults.js';
import { readSamples } from './asyncapi/samples.js';

const ROOT = join(import.meta.dirname, '..');
const CONTRACT = 'libs/contracts/src/reservations.ts';
const COMMITTED = readFileSync(join(ROOT, 'docs/asyncapi.json'), 'utf8');

/** The contracts with a change that nobody has made. */
function planted(from: string, to: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(ROOT, CONTRACT), 'utf8');
  if (!text.includes(from)) throw new Error(`${CONTRACT} has no ${from}`);
  return new Map([[CONTRACT, text.replace(from, to)]]);
}

describe('docs/asyncapi.json', () => {
  const contracts = readEventClasses(FIELD_TEXTS);
  const document = JSON.parse(COMMITTED);

  it('docs/asyncapi.json is that of the code; make openapi-files writes it', () => {
    expect(printedDocument() === COMMITTED).toBe(true);
  });

  it('every event that is published has its entry, and nothing else', () => {
    expect(Object.keys(document.channels).sort()).toEqual([...allEventTypes].sort());
    expect(Object.values<any>(document.components.messages).filter(({ examples }) => examples.length === 0)).toEqual([]);
  });

  it.each([
    [
      'a class',
      '/** The showtime is over. */',
      "/** Planted. */\nexport class Planted extends DomainEvent<{ a: string }> { static readonly type = 'reservations.planted.v1'; }\n/** The showtime is over. */",
    ],
    ['a field', '  heldUntil: string;\n}> {', '  heldUntil: string;\n  planted: string;\n}> {'],
    ['a type', 'showtimeId: string;', 'showtimeId: number;'],
    ['a meaning', '/** The showtime is over. */', '/** The showtime is over at last. */'],
  ])('%s that is not in it is found', (_what, from, to) => {
    expect(printedDocument(planted(from, to)) === COMMITTED).toBe(false);
  });

  it('a payload that is no plain JSON is refused', () => {
    expect(() => printedDocument(planted('heldUntil: string;\n}>', 'heldUntil: string | number;\n}>'))).toThrow(
      'heldUntil: string | number is not plain JSON',
    );
    expect(() => printedDocument(planted('heldUntil: string;\n}>', 'heldUntil: () => void;\n}>'))).toThrow('is not plain JSON');
  });

  it('every event and every field has a text', () => {
    expect(contracts.events.filter(({ meaning }) => meaning === '').map(({ name }) => name)).toEqual([]);
    const schemas = [...contracts.events.map(({ name, payload }) => [name, payload] as const), ...Object.entries(contracts.schemas)];
    expect(schemas.flatMap(([name, schema]) => silentFields(name, schema))).toEqual([]);
  });

  it('no text describes a field that no event has', () => {
    expect(Object.keys(FIELD_TEXTS).filter((name) => !COMMITTED.includes(`"${name}": {`))).toEqual([]);
  });
});

describe('The stored samples of events', () => {
  const samples = readSamples();

  it('every type has one of its name', () => {
    expect(allEventTypes.filter((type) => !samples.some(({ file }) => file === `${type}.json`))).toEqual([]);
  });

  it.each(samples)('$file is read by the code of today', ({ file, text, envelope }) => {
    expect(file.startsWith(`${envelope.type}.`)).toBe(true);
    const { event, context } = openEnvelope(parseEnvelope(text), Object as unknown as EventClass);
    expect(event).toEqual(envelope.data);
    const { id, type, subject, sequence, time, correlationid = null, data } = envelope;
    expect(context).toEqual({ id, subject, sequence, time: new Date(time), correlationId: correlationid });
    expect(envelopeOf({ id, type, subject, sequence, time: new Date(time), correlationId: correlationid, data })).toEqual(envelope);
  });

  it('every payload is one that the code declares', () => {
    expect(sampleFaults(readEventClasses(FIELD_TEXTS), samples)).toEqual([]);
  });

  it.each([
    [
      'a field is gone',
      'seats: readonly PricedSeat[];\n  total: MoneyJson;\n  heldUntil: string;',
      'seats: readonly PricedSeat[];\n  heldUntil: string;',
    ],
    ['a field is new and required', '  heldUntil: string;\n}> {', '  heldUntil: string;\n  planted: string;\n}> {'],
    ['a field has another type', '  heldUntil: string;\n}> {', '  heldUntil: number;\n}> {'],
    ['a field that may be left out is required', 'owedBefore?: MoneyJson', 'owedBefore: MoneyJson'],
    ['a value is gone', "'customer' | 'admin' | 'cinema'", "'admin' | 'cinema'"],
    ['a type is gone', "'reservations.seats-held.v1'", "'reservations.seats-held.v2'"],
  ])('the change is found where %s', (_what, from, to) => {
    expect(sampleFaults(readEventClasses(FIELD_TEXTS, planted(from, to)), samples)).not.toEqual([]);
  });

  it('a new field that may be left out is no fault', () => {
    const changed = planted('  heldUntil: string;\n}> {', '  heldUntil: string;\n  planted?: string;\n}> {');
    expect(sampleFaults(readEventClasses(FIELD_TEXTS, changed), samples)).toEqual([]);
  });
});

function silentFields(name: string, schema: JsonSchema): string[] {
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([field, property]) => [
      ...(property.description === undefined ? [`${name}.${field}`] : []),
      ...silentFields(`${name}.${field}`, property),
    ]),
    ...(schema.items === undefined ? [] : silentFields(`${name}[]`, schema.items)),
  ];
}
