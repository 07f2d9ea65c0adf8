import { normaliseEmail } from './email.js';

describe('Telling addresses apart', () => {
  it('sees one address behind case, spaces and Unicode composition', () => {
    const ways = ['Zoé@example.org', ' zoé@EXAMPLE.org ', 'zoe\u0301@example.org', 'ZOE\u0301@example.org'];
    expect(new Set(ways.map(normaliseEmail))).toEqual(new Set(['zoé@example.org']));
  });

  it('gives the same again when asked twice', () => {
    for (const email of ['İstanbul@example.org', 'ΣΊΣΥΦΟΣ@example.org'])
      expect(normaliseEmail(normaliseEmail(email))).toBe(normaliseEmail(email));
  });
});
