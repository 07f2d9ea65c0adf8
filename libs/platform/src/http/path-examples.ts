/** Examples of parameters of paths that lead to something in a running system. The committed document keeps its own. */
import type { OpenAPIObject } from '@nestjs/swagger';

/** By the path up to its parameter: `/api/v1/movies/{id}`. */
export type PathExamples = Readonly<Record<string, string>>;

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; example?: unknown }[];
}

/** Returns a copy. A parameter without an example in `examples` keeps the one it has. */
export function withPathExamples(document: OpenAPIObject, examples: PathExamples): OpenAPIObject {
  const copy = structuredClone(document);
  for (const [path, item] of Object.entries(copy.paths))
    for (const { parameters = [] } of Object.values(item) as Operation[])
      for (const parameter of parameters.filter((each) => each.in === 'path')) {
        const end = path.indexOf(`{${parameter.name}}`) + parameter.name.length + 2;
        parameter.example = examples[path.slice(0, end)] ?? parameter.example;
      }
  return copy;
}
