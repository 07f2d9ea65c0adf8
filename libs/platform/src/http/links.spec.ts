import { nextPage } from './links.js';

describe('The address of the next page', () => {
  it('the cursor is added, and everything else stays as it was asked for', () => {
    expect(nextPage('/api/v1/movies', 'abc')).toBe('/api/v1/movies?cursor=abc');
    expect(nextPage('/api/v1/movies?q=caf%C3%A9&limit=2', 'abc')).toBe('/api/v1/movies?q=caf%C3%A9&limit=2&cursor=abc');
  });

  it('the cursor of the page before is replaced', () => {
    expect(nextPage('/api/v1/movies?cursor=old&limit=2', 'new')).toBe('/api/v1/movies?limit=2&cursor=new');
  });

  it('what could end the link or the header field is escaped', () => {
    expect(nextPage('/api/v1/movies?q=a>b"c', 'x y')).toBe('/api/v1/movies?q=a%3Eb%22c&cursor=x%20y');
  });
});
