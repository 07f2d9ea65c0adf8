/** The part of a document that a change can break: without texts, examples and refusals. */

const TEXTS = new Set(['description', 'summary', 'example', 'examples', 'title']);

interface Reduced {
  readonly [name: string]: unknown;
}

export function surfaceOf(document: object): object {
  const { paths, components } = withoutTexts(document) as { paths: Reduced; components: { schemas: Reduced } };
  const operations = Object.values(paths).flatMap((item) => Object.values(item as Reduced)) as { responses: Record<string, unknown> }[];
  for (const operation of operations)
    operation.responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => status < '400'));
  const schemas = Object.entries(components.schemas).filter(([name]) => !name.endsWith('Problem'));
  return { paths, components: { schemas: Object.fromEntries(schemas) } };
}

/** A field of a schema may have the name of a text: what stands in `properties` is kept. */
function withoutTexts(part: unknown, isMap = false): unknown {
  if (Array.isArray(part)) return part.map((item) => withoutTexts(item));
  if (typeof part !== 'object' || part === null) return part;
  const kept = Object.entries(part).filter(([name]) => isMap || !TEXTS.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutTexts(value, !isMap && name === 'properties')]));
}
