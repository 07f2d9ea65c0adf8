import { isCalendarDay, isTheatreTime, TemporalTheatreTime } from './temporal-theatre-time.js';

describe('TemporalTheatreTime', () => {
  const time = new TemporalTheatreTime();
  const parse = (text: string, zone: string) => time.parse(text, zone);

  it.each([
    ['2026-12-24T20:15:00Z', '2026-12-24T20:15:00.000Z', '2026-12-24T21:15:00'],
    ['2026-12-24T20:15:00+05:30', '2026-12-24T14:45:00.000Z', '2026-12-24T15:45:00'],
    ['2026-07-01T20:15', '2026-07-01T18:15:00.000Z', '2026-07-01T20:15:00'],
    ['2026-12-24T20:15:00.250', '2026-12-24T19:15:00.250Z', '2026-12-24T20:15:00'],
  ])('%s in Berlin is %s', (text, at, local) => {
    expect(parse(text, 'Europe/Berlin')).toEqual({ at: new Date(at), local });
  });

  it('a local time that the clocks skip is moved forward by the gap', () => {
    expect(parse('2026-03-29T02:30', 'Europe/Berlin')).toEqual({ at: new Date('2026-03-29T01:30:00Z'), local: '2026-03-29T03:30:00' });
  });

  it('a local time that happens twice is the earlier one', () => {
    expect(parse('2026-10-25T02:30', 'Europe/Berlin')).toEqual({ at: new Date('2026-10-25T00:30:00Z'), local: '2026-10-25T02:30:00' });
    expect(parse('2026-10-25T02:30+01:00', 'Europe/Berlin')).toEqual({
      at: new Date('2026-10-25T01:30:00Z'),
      local: '2026-10-25T02:30:00',
    });
  });

  it.each([
    ['2026-03-29T02:30', 0],
    ['2026-03-29T03:00', 1],
    ['2026-10-25T02:30', 2],
    ['2026-10-25T03:00', 1],
    ['2026-10-25T02:30+01:00', 1],
    ['2026-12-24T20:15:00', 1],
  ])('%s happens in Berlin this often: %i', (text, often) => {
    expect(time.occurrences(text, 'Europe/Berlin')).toBe(often);
  });

  it.each(['2026-02-28T20:15', '2026-12-24T20:15:59Z', '2026-12-24T20:15:00.123456789-03:00'])('%s is a time', (text) => {
    expect(isTheatreTime(text)).toBe(true);
  });

  it.each([
    '2026-02-29T20:15',
    '2026-12-24T24:00',
    '2026-12-24T20:60Z',
    '2026-12-24T20:15:60Z',
    '2026-12-24T20:15+25:00',
    '2026-12-24',
    '20:15',
    '2026-12-24 20:15',
    '2026-12-24T20:15[Europe/Berlin]',
    '+002026-12-24T20:15:00Z',
    '0000-12-24T20:15:00Z',
    '0026-12-24T20:15',
    'tomorrow',
    '',
  ])('"%s" is not a time', (text) => {
    expect(isTheatreTime(text)).toBe(false);
  });

  it('isCalendarDay accepts only days that exist', () => {
    expect(['2028-02-29', '2027-02-29', '2026-13-01', '20261224', '2026-12-24T00:00'].map(isCalendarDay)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
