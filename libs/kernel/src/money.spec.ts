import { Money } from './money.js';

describe('Money', () => {
  it('an amount is integer minor units of one currency', () => {
    expect(Money.of(1_250, 'EUR').toJSON()).toEqual({ amount: 1_250, currency: 'EUR' });
    expect(JSON.stringify({ total: Money.of(0, 'JPY') })).toBe('{"total":{"amount":0,"currency":"JPY"}}');
  });

  it('fractions and unsafe integers are refused', () => {
    for (const amount of [0.1, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53)]) expect(() => Money.of(amount, 'EUR')).toThrow(RangeError);
    expect(() => Money.of(Number.MAX_SAFE_INTEGER, 'EUR').plus({ amount: 1, currency: 'EUR' })).toThrow(RangeError);
    expect(() => Money.of(1, 'EUR').plus({ amount: 0.5, currency: 'EUR' })).toThrow(RangeError);
  });

  it('amounts are added and summed', () => {
    expect(Money.of(1_000, 'EUR').plus({ amount: 250, currency: 'EUR' }).amount).toBe(1_250);
    expect(Money.sum([Money.of(1, 'EUR'), { amount: 2, currency: 'EUR' }], 'EUR').amount).toBe(3);
    expect(Money.sum([], 'EUR').equals({ amount: 0, currency: 'EUR' })).toBe(true);
  });

  it('amounts of two currencies are never mixed', () => {
    expect(() => Money.of(1, 'EUR').plus({ amount: 1, currency: 'USD' })).toThrow('Cannot add USD to EUR');
    expect(() => Money.sum([Money.of(1, 'USD')], 'EUR')).toThrow(RangeError);
    expect(Money.of(1, 'EUR').equals({ amount: 1, currency: 'USD' })).toBe(false);
  });

  it('adding changes neither amount', () => {
    const one = Money.of(1, 'EUR');
    one.plus(one);
    expect(one.amount).toBe(1);
  });
});
