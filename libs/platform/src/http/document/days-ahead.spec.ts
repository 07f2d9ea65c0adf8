import type { OpenAPIObject } from '@nestjs/swagger';
import { type DaysAhead, withDaysAhead, yearAhead } from './days-ahead.js';

const DAYS: DaysAhead = ['2026-12-01', '2026-12-24'];

it.each([
  ['2026-11-01T00:00:00Z', 2026],
  ['2026-11-02T00:00:01Z', 2027],
  ['2026-12-24T12:00:00Z', 2027],
  ['2027-01-01T00:00:00Z', 2027],
  ['2031-11-30T00:00:00Z', 2032],
])('at %s the examples are of %i', (now, year) => {
  expect(yearAhead(DAYS, new Date(now))).toBe(year);
});

it('the days get their year in every text, and no other day does', () => {
  const example = {
    startsAt: '2026-12-24T20:15:00',
    salesOpenAt: '2026-12-01',
    since: '2026-11-26',
    code: '12026-12-24',
    csv: 'a,2026-12-24,b\n',
  };
  const document = { info: example } as unknown as OpenAPIObject;
  expect(withDaysAhead(document, DAYS, 2030).info).toEqual({
    startsAt: '2030-12-24T20:15:00',
    salesOpenAt: '2030-12-01',
    since: '2026-11-26',
    code: '12026-12-24',
    csv: 'a,2030-12-24,b\n',
  });
  expect(document.info).toBe(example);
});
