/** The part of a document that a change can break: without texts and examples. */

/** A discriminator repeats what the codes of its schemas say. */
const TEXTS = new Set(['description', 'summary', 'example', 'examples', 'title', 'discriminator']);

interface DocumentPart {
  readonly [name: string]: unknown;
}

export function surfaceOf(document: object): object {
  const { paths, components } = withoutTexts(document) as { paths: DocumentPart; components: { schemas: DocumentPart } };
  return { paths, components: { schemas: components.schemas } };
}

/** A field of a schema may have the name of a text: what stands in `properties` is kept. */
function withoutTexts(part: unknown, { isMap = false } = {}): unknown {
  if (Array.isArray(part)) return part.map((item) => withoutTexts(item));
  if (typeof part !== 'object' || part === null) return part;
  const kept = Object.entries(part).filter(([name]) => isMap || !TEXTS.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutTexts(value, { isMap: !isMap && name === 'properties' })]));
}
