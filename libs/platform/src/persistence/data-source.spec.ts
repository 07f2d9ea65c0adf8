import pg from 'pg';
import './data-source.js';

describe('Timestamps of PostgreSQL', () => {
  const parse = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date | number;

  it.each([
    ['2026-11-27 11:43:56+00', '2026-11-27T11:43:56.000Z'],
    ['2026-11-27 11:43:56.123456+00', '2026-11-27T11:43:56.123Z'],
    ['2026-11-27 11:43:56.5-08', '2026-11-27T19:43:56.500Z'],
    ['2026-11-27 11:43:56+05:30', '2026-11-27T06:13:56.000Z'],
    ['1500-11-27 11:43:56+00:53:28', '1500-11-27T10:50:28.000Z'],
    ['9999-12-31 23:59:59.999+00', '9999-12-31T23:59:59.999Z'],
    ['0099-01-01 00:00:00+00', '0099-01-01T00:00:00.000Z'],
    ['0001-01-01 00:00:00+00 BC', '0000-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect((parse(text) as Date).toISOString()).toBe(iso);
  });

  it('infinity is later than every time', () => {
    expect([parse('infinity'), parse('-infinity')]).toEqual([Infinity, -Infinity]);
  });
});
