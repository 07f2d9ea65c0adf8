import { PeriodReversed, PeriodTooLong } from './errors.js';
import { assertPeriod } from './period.js';

describe('A period', () => {
  it('a day and a leap year are periods', () => {
    expect(() => assertPeriod({ from: '2026-11-26', to: '2026-11-26' })).not.toThrow();
    expect(() => assertPeriod({ from: '2028-01-01', to: '2028-12-31' })).not.toThrow();
  });

  it('a period that ends before it begins is refused', () => {
    expect(() => assertPeriod({ from: '2026-11-26', to: '2026-11-25' })).toThrow(PeriodReversed);
  });

  it('a period longer than a leap year is refused', () => {
    expect(() => assertPeriod({ from: '2028-01-01', to: '2029-01-01' })).toThrow(PeriodTooLong);
  });
});
