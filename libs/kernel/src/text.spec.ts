import fc from 'fast-check';
import { characterCount, hasHiddenCharacters, isBlank, normaliseText, sortKey, storableText } from './text.js';

describe('characterCount', () => {
  it('each code point is one character', () => {
    for (const [text, count] of [
      ['', 0],
      ['a', 1],
      ['é', 1],
      ['🎬', 1],
      ['a🎬b', 3],
      ['🎬🎬', 2],
      ['漢字', 2],
      ['\ud83c', 1],
    ] as const)
      expect([text, characterCount(text)]).toEqual([text, count]);
  });
});

describe('isBlank', () => {
  it('text that shows nothing is blank', () => {
    for (const text of [
      '',
      ' ',
      '\t\n',
      '\u200b',
      '\u200b \u2060',
      '\u00ad',
      '\ufeff',
      '\u0301',
      ' \u0301\u0302',
      '\u202e',
      '\u3164',
      '\u2800',
      '\ufe0f',
      '\u{e0001}',
    ])
      expect([text, isBlank(text)]).toEqual([text, true]);
  });

  it('text with anything to see is not blank', () => {
    for (const text of ['a', ' a ', 'e\u0301', '.', '-', '漢', '🎬', '\u200ba', 'א\u05b0', 'ー', '٠'])
      expect([text, isBlank(text)]).toEqual([text, false]);
  });
});

describe('normaliseText', () => {
  it('normaliseText changes spaces and Unicode composition and nothing else', () => {
    expect(normaliseText('  Ame\u0301lie   Poulain\n')).toBe('Am\u00e9lie Poulain');
  });
});

describe('storableText', () => {
  it('a text loses NUL, and a lone surrogate is replaced', () => {
    expect(storableText('a\0b\ud800c')).toBe('ab\ufffdc');
    expect(storableText('🎬 ok')).toBe('🎬 ok');
  });
});

describe('hasHiddenCharacters', () => {
  it('a character that nobody sees is found, in any place', () => {
    for (const hidden of ['\u200b', '\u00ad', '\u202e', '\ufeff', '\u3164', '\u0007', '\u2028'])
      for (const text of [`a${hidden}b`, `ab${hidden}`, hidden]) expect([text, hasHiddenCharacters(text)]).toEqual([text, true]);
    for (const text of ['', 'ada@example.org', '"a b"@example.org', 'zoé@bücher.example', '日本@例え.jp'])
      expect([text, hasHiddenCharacters(text)]).toEqual([text, false]);
  });
});

describe('sortKey', () => {
  it.each([
    ['case and spaces', ['ARRIVAL', ' arrival ', 'Arrival']],
    ['accents', ['Amélie', 'Amelie', 'AME\u0301LIE']],
    ['the Turkish dotted and dotless i', ['İstanbul', 'istanbul', 'ISTANBUL', 'ıstanbul']],
    ['sharp s', ['Straße', 'STRASSE', 'STRAẞE', 'strasse']],
    ['sigma at the end of a word', ['ΟΔΟΣ', 'οδός', 'οδοσ']],
    ['letters with a stroke', ['Łódź', 'LODZ', 'lodz']],
    ['ligatures', ['Œuvre', 'oeuvre', 'ŒUVRE']],
    ['what is invisible', ['Arri\u200bval', 'Arri\u00adval', 'arrival']],
  ])('titles that differ in %s only have the same sort key', (_name, titles) => {
    expect(new Set(titles.map(sortKey)).size).toBe(1);
  });

  it('titles of other letters have other keys', () => {
    expect(new Set(['が', 'か', 'Metropolis', 'Metropole', 'कि', 'का'].map(sortKey)).size).toBe(6);
  });

  it('a key is never empty, is its own key, and is short enough for an index', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (text) => {
        fc.pre(normaliseText(text) !== '');
        const key = sortKey(text);
        expect(key).not.toBe('');
        expect(sortKey(key)).toBe(key);
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(3 * Buffer.byteLength(text));
      }),
    );
  });

  it('a title has the key of its upper and of its lower case', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aßéİıΣςσÖøŁœ ǆﬁ日x') }), (text) => {
        expect([sortKey(text.toUpperCase()), sortKey(text.toLowerCase())]).toEqual([sortKey(text), sortKey(text)]);
      }),
    );
  });
});
