import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { parseInstant } from './parse-instant.js';

const parseWithPg: (text: string) => unknown = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ);

describe('parseInstant', () => {
  it.each([
    ['2026-11-27 19:00:00+00', '2026-11-27T19:00:00.000Z'],
    ['2026-11-27 19:00:00.1+00', '2026-11-27T19:00:00.100Z'],
    ['2026-11-27 19:00:00.123456+00', '2026-11-27T19:00:00.123Z'],
    ['2024-02-29 23:59:59.999999+00', '2024-02-29T23:59:59.999Z'],
    ['2026-11-27 20:00:00+01', '2026-11-27T19:00:00.000Z'],
    ['2026-11-28 00:30:00.5+05:30', '2026-11-27T19:00:00.500Z'],
    ['0099-01-01 00:00:00+00', '0099-01-01T00:00:00.000Z'],
    ['10000-01-01 00:00:00+00', '+010000-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseInstant(text).toISOString()).toBe(instant);
  });

  it.each(['infinity', '-infinity', '0044-03-15 12:00:00+00 BC'])('%s is what node-pg makes of it', (text) => {
    expect(parseInstant(text)).toEqual(parseWithPg(text));
  });

  it('reads every instant that PostgreSQL writes as node-pg does', () => {
    const instants = fc.date({ min: new Date('1000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 999 }), (instant, microseconds) => {
        const fraction = `${String(instant.getUTCMilliseconds()).padStart(3, '0')}${String(microseconds).padStart(3, '0')}`.replace(
          /0+$/,
          '',
        );
        const text = `${instant.toISOString().slice(0, 19).replace('T', ' ')}${fraction === '' ? '' : `.${fraction}`}+00`;
        expect(parseInstant(text)).toEqual(instant);
        expect(parseInstant(text)).toEqual(parseWithPg(text));
      }),
    );
  });
});
