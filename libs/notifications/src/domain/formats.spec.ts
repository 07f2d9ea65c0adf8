import { language as de } from '../infrastructure/languages/de.js';
import { language as en } from '../infrastructure/languages/en.js';
import { localHour, localTime, moneyText } from './formats.js';

describe('localTime', () => {
  const at = (instant: string) => localTime(en, instant, 'Europe/Berlin').split(' at ')[1];

  it('a time is that of the theatre', () => {
    expect(localTime(en, '2026-12-01T19:00:00.000Z', 'Europe/Berlin')).toBe('Tuesday, 1 December 2026 at 20:00');
  });

  it('an hour that comes twice names its zone', () => {
    expect(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'].map(at)).toEqual(['02:30 (CEST)', '02:30 (CET)']);
    expect(localHour(de, '2026-10-25T00:30:00.000Z', 'Europe/Berlin')).toBe('02:30 (MESZ)');
    expect(localHour(en, '2026-04-04T15:00:00.000Z', 'Australia/Lord_Howe')).toBe('01:30 (GMT+10:30)');
  });

  it('the hours around it do not, nor those around a skipped one', () => {
    const plain = ['2026-10-24T23:59:00.000Z', '2026-10-25T02:00:00.000Z', '2026-03-29T00:59:00.000Z', '2026-03-29T01:00:00.000Z'];
    expect(plain.map(at)).toEqual(['01:59', '03:00', '01:59', '03:00']);
  });
});

describe('moneyText', () => {
  const texts = (amounts: [amount: number, currency: string][]) =>
    amounts.map(([amount, currency]) => moneyText(en, { amount, currency }).replaceAll('\u00a0', ' '));

  it('an amount has the decimals of its currency', () => {
    expect(
      texts([
        [1_250, 'EUR'],
        [1_250, 'JPY'],
        [1_250, 'KWD'],
        [125_000, 'ISK'],
      ]),
    ).toEqual(['€12.50', 'JP¥1,250', 'KWD 1.250', 'ISK 1,250']);
  });

  it('an amount is never rounded, also where people write no decimals', () => {
    expect(
      texts([
        [125_050, 'HUF'],
        [125_000, 'HUF'],
        [49_950, 'ALL'],
      ]),
    ).toEqual(['HUF 1,250.50', 'HUF 1,250', 'ALL 499.50']);
  });
});
