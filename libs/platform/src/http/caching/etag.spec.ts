import { etagOf, matchesEtag, versionsIn } from './etag.js';

describe('ETag', () => {
  const etag = etagOf('{"title":"Arrival"}');

  it('the same answer has the same tag, another answer another tag', () => {
    expect(etagOf('{"title":"Arrival"}')).toBe(etag);
    expect(etagOf('{"title":"Departures"}')).not.toBe(etag);
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
  });

  it('a tag with a version is read back from If-Match, other tags have none', () => {
    const versioned = etagOf('{}', 12);
    expect(versioned).toMatch(/^W\/"12\.[\w-]{27}"$/);
    expect(versionsIn(versioned)).toEqual([12]);
    expect(versionsIn(`"other", ${versioned}, "7.x", ${etag}`)).toEqual([12, 7]);
    expect(versionsIn('"other"')).toEqual([]);
    expect(versionsIn('12')).toBeNull();
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
