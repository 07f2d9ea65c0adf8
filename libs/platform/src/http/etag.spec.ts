import { etagOf, names } from './etag.js';

describe('Knowing an answer again', () => {
  const etag = etagOf({ title: 'Arrival' });

  it('marks the same answer with the same tag, and another answer with another', () => {
    expect(etagOf({ title: 'Arrival' })).toBe(etag);
    expect(etagOf({ title: 'Departures' })).not.toBe(etag);
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
  });

  it('recognises the tag alone, among others, without the weakness mark, and behind a star', () => {
    for (const header of [etag, `"other", ${etag}`, etag.slice(2), `"a,b",${etag.slice(2)}`, ' * ']) expect(names(header, etag)).toBe(true);
  });

  it('recognises nothing in another tag, in part of one, or in nonsense', () => {
    for (const header of [undefined, '', '"other"', etag.slice(0, -3), etag.replaceAll('"', '')]) expect(names(header, etag)).toBe(false);
  });
});
