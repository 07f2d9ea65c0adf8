import { acceptedTypes } from './accepted-types.js';
import { prefersHtml } from './document/html.js';

describe('The types that a client accepts', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['Text/CSV; q=0.5 , application/json', ['text/csv', 'application/json']],
    ['text/csv;q=0, application/json', ['application/json']],
    ['text/csv; Q=0.000;x=1, */*;q=0.001', ['*/*']],
  ])('of %j they are %j', (accept, types) => {
    expect(acceptedTypes(accept)).toEqual(types);
  });

  it.each([
    ['text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', true],
    ['application/json, text/html;q=0', false],
    ['*/*', false],
    [undefined, false],
  ])('%j prefers HTML: %s', (accept, isHtml) => {
    expect(prefersHtml(accept)).toBe(isHtml);
  });
});
