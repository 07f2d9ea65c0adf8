import { MAX_CHARGE, chargeStep, isAcceptedCurrency, maximumCharge, minimumCharge } from './chargeable-currencies.js';

describe('Chargeable currencies', () => {
  it('a currency is accepted where Stripe presents it, in capitals', () => {
    for (const code of ['EUR', 'USD', 'JPY', 'KWD']) expect(isAcceptedCurrency(code)).toBe(true);
    for (const code of ['eur', 'XXX', 'BTC', '', 'EURO', '__proto__', 'constructor']) expect(isAcceptedCurrency(code)).toBe(false);
  });

  it('the smallest charge is what Stripe documents, or one step', () => {
    expect(minimumCharge('EUR')).toBe(50);
    expect(minimumCharge('GBP')).toBe(30);
    expect(minimumCharge('HUF')).toBe(17_500);
    expect(minimumCharge('KWD')).toBe(10);
    expect(minimumCharge('XPF')).toBe(1);
  });

  it('the largest charge has eight digits, and nine in rupiah and rupees', () => {
    expect(['EUR', 'JPY', 'IDR', 'INR'].map(maximumCharge)).toEqual([99_999_999, 99_999_999, MAX_CHARGE, MAX_CHARGE]);
    // A column holds the sum of two.
    expect(2 * MAX_CHARGE).toBeLessThan(2 ** 31);
  });

  it('an amount of some currencies must be a multiple of a step', () => {
    expect([chargeStep('ISK'), chargeStep('KWD'), chargeStep('EUR')]).toEqual([100, 10, 1]);
    for (const code of ['EUR', 'ISK', 'KWD', 'JPY', 'HUF']) {
      expect(minimumCharge(code) % chargeStep(code)).toBe(0);
      expect(minimumCharge(code)).toBeLessThan(maximumCharge(code));
    }
  });
});
