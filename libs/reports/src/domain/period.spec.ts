import { PeriodReversed, PeriodTooLong } from './errors.js';
import { assertPeriod, isDay } from './period.js';

it.each(['2028-02-29', '1888-01-01', '9999-12-31'])('%s is a day', (text) => expect(isDay(text)).toBe(true));
it.each(['2027-02-29', '2026-13-01', '2026-00-10', '0000-01-01', '1887-12-31', '2026-W01-1', '20261124', '2026-11-24T00:00:00Z', ''])(
  '"%s" is no day',
  (text) => expect(isDay(text)).toBe(false),
);

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
