import { UnknownLanguage } from './errors.js';
import { knownLanguage } from './language.js';

describe('The language of mails', () => {
  it.each([
    ['de', 'de'],
    ['DE', 'de'],
    ['de-AT', 'de'],
    ['zh-hant-TW', 'zh-Hant'],
    ['pt-br', 'pt-BR'],
  ])('a user who writes %s gets %s', (wanted, known) => {
    expect(knownLanguage(wanted, ['de', 'en', 'pt-BR', 'zh-Hant'])).toBe(known);
  });

  it.each(['fr', 'd', 'den', '', '-', 'pt', 'zh-TW', 'de_AT'])('a user who writes "%s" is refused', (wanted) => {
    expect(() => knownLanguage(wanted, ['de', 'en', 'pt-BR', 'zh-Hant'])).toThrow(UnknownLanguage);
  });
});
