import { assertChargeable, formatAmount, parseCurrency } from './currencies.js';

describe('Currencies and amounts', () => {
  it.each([
    [50, 'usd', '$0.50'],
    [1234567, 'eur', '€12,345.67'],
    [50, 'jpy', '¥50'],
    [12340, 'kwd', 'KWD 12.340'],
  ])('%i %s is formatted as %s', (amount, currency, text) => {
    expect(formatAmount(amount, currency).replace(/\u00a0/g, ' ')).toBe(text);
  });

  it.each([
    [49, 'usd', 'Amount must be at least $0.50 usd'],
    [29, 'gbp', 'Amount must be at least £0.30 gbp'],
    [49, 'jpy', 'Amount must be at least ¥50 jpy'],
    [17499, 'huf', 'Amount must be at least Ft 175.00 huf'],
    [100_000_000, 'usd', 'Amount must be no more than $999,999.99'],
    [12345, 'kwd', 'Invalid amount: kwd amounts must be rounded to the nearest ten, so that the last digit is 0.'],
    [12350, 'isk', 'Invalid amount: isk has no decimals, so that the last two digits must be 00.'],
    [550, 'ugx', 'Invalid amount: ugx has no decimals, so that the last two digits must be 00.'],
  ])('a charge of %i %s is refused', (amount, currency, message) => {
    const refusal = () => {
      try {
        assertChargeable(amount, currency);
        return '';
      } catch (error) {
        return (error as Error).message.replace(/\u00a0/g, ' ');
      }
    };
    expect(refusal()).toBe(message);
  });

  it.each([
    [50, 'usd'],
    [30, 'gbp'],
    [50, 'jpy'],
    [99_999_999, 'usd'],
    [999_999_999, 'inr'],
    [999_999_999_999, 'idr'],
    [12_340, 'kwd'],
    [12_300, 'isk'],
    [25_050, 'huf'],
  ])('a charge of %i %s is accepted', (amount, currency) => {
    expect(() => assertChargeable(amount, currency)).not.toThrow();
  });

  it('a currency code is accepted in any case, and an unsupported one is refused', () => {
    expect(parseCurrency('EUR')).toBe('eur');
    expect(() => parseCurrency('zzz')).toThrow(/^Invalid currency: zzz\. Stripe currently supports these currencies: usd, aed/);
  });
});
