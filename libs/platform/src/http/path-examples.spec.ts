import type { OpenAPIObject } from '@nestjs/swagger';
import { withPathExamples } from './path-examples.js';

const parameter = (name: string, place = 'path') => ({ name, in: place, example: 'old' });
const PATH = '/a/{id}/b/{bId}';
const document = {
  paths: { [PATH]: { get: { parameters: [parameter('id'), parameter('bId'), parameter('q', 'query')] } } },
} as unknown as OpenAPIObject;
const examplesOf = (examples: Record<string, string>) =>
  withPathExamples(document, examples).paths[PATH]?.get?.parameters?.map((each) => ('example' in each ? (each.example as string) : null));

it('a parameter of a path takes the example of its path, and others keep theirs', () => {
  expect(examplesOf({ '/a/{id}': 'first', '/a/{id}/b/{bId}': 'second' })).toEqual(['first', 'second', 'old']);
  expect(examplesOf({ '/b/{id}': 'first' })).toEqual(['old', 'old', 'old']);
  expect(examplesOf({})).toEqual(['old', 'old', 'old']);
});
