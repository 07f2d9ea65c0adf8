import { normaliseText, sortKey } from './text.js';

describe('normaliseText', () => {
  it('normaliseText changes spaces and Unicode composition and nothing else', () => {
    expect(normaliseText('  Ame\u0301lie   Poulain\n')).toBe('Am\u00e9lie Poulain');
  });
});

describe('sortKey', () => {
  it('titles that differ only in case and spaces have the same sort key', () => {
    expect(new Set(['ARRIVAL', ' arrival ', 'Arrival'].map(sortKey))).toEqual(new Set(['arrival']));
    expect(sortKey('Amélie')).not.toBe(sortKey('Amelie'));
  });
});
