import type { OpenAPIObject } from '@nestjs/swagger';
import { NONE_YET, withPathExamples } from './path-examples.js';

const parameter = (name: string, place = 'path') => ({ name, in: place, example: 'old' });
const PATH = '/a/{id}/b/{bId}';
const document = {
  paths: { [PATH]: { get: { parameters: [parameter('id'), parameter('bId'), parameter('q', 'query')] } } },
} as unknown as OpenAPIObject;
const parametersOf = (examples: Record<string, string | null>) =>
  (withPathExamples(document, examples).paths[PATH]?.get?.parameters ?? []) as { example: string; description?: string }[];
const examplesOf = (examples: Record<string, string>) => parametersOf(examples).map(({ example }) => example);

it('a parameter of a path takes the example of its path, and others keep theirs', () => {
  expect(examplesOf({ '/a/{id}': 'first', '/a/{id}/b/{bId}': 'second' })).toEqual(['first', 'second', 'old']);
  expect(examplesOf({ '/b/{id}': 'first' })).toEqual(['old', 'old', 'old']);
  expect(examplesOf({})).toEqual(['old', 'old', 'old']);
});

it('a parameter that leads to nothing yet says so, and keeps its example', () => {
  const [id, bId] = parametersOf({ '/a/{id}': 'first', '/a/{id}/b/{bId}': null });
  expect([id!.example, id!.description]).toEqual(['first', undefined]);
  expect([bId!.example, bId!.description]).toEqual(['old', NONE_YET]);
});
