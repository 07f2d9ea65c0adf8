import { etagOf, matchesEtag } from './etag.js';

describe('ETag', () => {
  const etag = etagOf('{"title":"Arrival"}');

  it('the same answer has the same tag, another answer another tag', () => {
    expect(etagOf('{"title":"Arrival"}')).toBe(etag);
    expect(etagOf('{"title":"Departures"}')).not.toBe(etag);
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
  });

  it('a tag matches alone, in a list, without its weak prefix, and *', () => {
    for (const header of [etag, `"other", ${etag}`, etag.slice(2), `"a,b",${etag.slice(2)}`, ' * '])
      expect(matchesEtag(header, etag)).toBe(true);
  });

  it('another tag, a part of one and malformed headers do not match', () => {
    for (const header of [undefined, '', '"other"', etag.slice(0, -3), etag.replaceAll('"', '')])
      expect(matchesEtag(header, etag)).toBe(false);
  });
});
