import { normaliseEmail } from './email.js';

describe('normaliseEmail', () => {
  it('addresses that differ in case, spaces or Unicode composition are the same', () => {
    const variants = ['Zoé@example.org', ' zoé@EXAMPLE.org ', 'zoe\u0301@example.org', 'ZOE\u0301@example.org'];
    expect(new Set(variants.map(normaliseEmail))).toEqual(new Set(['zoé@example.org']));
  });

  it('a normalised address stays as it is', () => {
    for (const email of ['İstanbul@example.org', 'ΣΊΣΥΦΟΣ@example.org'])
      expect(normaliseEmail(normaliseEmail(email))).toBe(normaliseEmail(email));
  });
});
