import { characterCount, isBlank } from './text.js';

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
