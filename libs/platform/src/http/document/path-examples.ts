/** Examples of parameters of paths that lead to something in a running system. The committed document keeps its own. */
import type { OpenAPIObject } from '@nestjs/swagger';

/** By the path up to its parameter: `/api/v1/movies/{id}`. Null where there is nothing yet that an example could lead to. */
export type PathExamples = Readonly<Record<string, string | null>>;

/** Stands where a reader of the page sees it, beside the id that finds nothing. */
export const NONE_YET = 'There is none yet: the example finds nothing.';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; description?: string; example?: unknown }[];
}

/** Returns a copy. A parameter without an example in `examples` keeps the one it has, and says so where there is none. */
export function withPathExamples(document: OpenAPIObject, examples: PathExamples): OpenAPIObject {
  const copy = structuredClone(document);
  for (const [path, item] of Object.entries(copy.paths))
    for (const { parameters = [] } of Object.values(item) as Operation[])
      for (const parameter of parameters.filter((each) => each.in === 'path')) {
        const end = path.indexOf(`{${parameter.name}}`) + parameter.name.length + 2;
        const example = examples[path.slice(0, end)];
        parameter.example = example ?? parameter.example;
        if (example === null) parameter.description = [parameter.description, NONE_YET].filter(Boolean).join(' ');
      }
  return copy;
}
