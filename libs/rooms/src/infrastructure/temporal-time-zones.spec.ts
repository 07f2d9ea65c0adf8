import { TemporalTimeZones } from './temporal-time-zones.js';

describe('TemporalTimeZones', () => {
  const zones = new TemporalTimeZones();

  it.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['asia/calcutta', 'Asia/Calcutta'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
    ['utc', 'UTC'],
  ])('%s is spelled %s', (name, spelling) => {
    expect(zones.spelling(name)).toBe(spelling);
  });

  it.each(['Europe/Atlantis', '+01:00', '', 'Z', '2026-01-01T00:00[Europe/Berlin]', 'Europe/Berlin ', '../etc/passwd'])(
    '"%s" is not a time zone',
    (name) => {
      expect(zones.spelling(name)).toBeNull();
    },
  );
});
