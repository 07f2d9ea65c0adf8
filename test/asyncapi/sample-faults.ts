/** Holds stored samples against the payloads that the code of today declares. */
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { EventContracts } from './event-classes.js';
import type { JsonSchema } from './json-schema.js';
import type { Sample } from './samples.js';

/** A field that the code knows no more is a fault as well: subscribers read it. Returns what is wrong, file by file. */
export function sampleFaults({ events, schemas }: EventContracts, samples: readonly Sample[]): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const components = { schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closed(schema)])) };
  const validators = new Map(events.map(({ type, payload }) => [type, ajv.compile({ ...closed(payload), components })]));
  return samples.flatMap(({ file, envelope: { type, data } }) => {
    const validate = validators.get(type);
    if (validate === undefined) return [`${file}: there is no event ${type}`];
    if (validate(data)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${file}${instancePath}: ${message} ${JSON.stringify(params)}`,
    );
  });
}

/** No object has a field that the schema does not name. */
function closed(schema: JsonSchema): JsonSchema {
  const { properties, items, oneOf, allOf } = schema;
  const closeAll = (parts: readonly JsonSchema[]): JsonSchema[] => parts.map(closed);
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, closed(property)])),
      additionalProperties: false,
    }),
    ...(items && { items: closed(items) }),
    ...(oneOf && { oneOf: closeAll(oneOf) }),
    ...(allOf && { allOf: closeAll(allOf) }),
  };
}
