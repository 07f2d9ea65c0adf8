import { type Schema, type Schemas, normalised } from './schema-changes.js';

export type Problems = ReadonlyMap<string, Schema>;

/** The problems that a refusal may be, by their codes. */
export function problemsIn(refusal: Schema | undefined, schemas: Schemas): Problems {
  const problems = refusal === undefined ? [] : (refusal.oneOf ?? [refusal]);
  return new Map(problems.map((problem) => [String(normalised(problem, schemas).properties?.['code']?.const), problem]));
}
