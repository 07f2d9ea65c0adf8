import { FakeDatabase } from '@app/platform/testing/fake-database.js';
import { KnownTimeZones } from './known-time-zones.js';

/** A PostgreSQL that knows these. */
const knowing = (...zones: string[]): KnownTimeZones =>
  new KnownTimeZones(
    new FakeDatabase((_sql, [names]) =>
      Promise.resolve(zones.filter((name) => (names as string[]).includes(name)).map((name) => ({ name }))),
    ),
  );

describe('KnownTimeZones', () => {
  it.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['asia/calcutta', 'Asia/Kolkata'],
    ['US/Eastern', 'America/New_York'],
    ['US/Pacific-New', 'America/Los_Angeles'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
    ['CET', 'Europe/Brussels'],
    ['Zulu', 'Etc/UTC'],
    ['utc', 'UTC'],
  ])('%s is known as %s', async (name, known) => {
    const zones = knowing(
      ...['Europe/Berlin', 'Europe/Brussels', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata', 'America/New_York', 'America/Los_Angeles'],
      ...['Asia/Calcutta', 'US/Eastern', 'CET', 'Etc/GMT+5', 'Etc/UTC', 'Zulu'],
    );
    expect(await zones.knownName(name)).toBe(known);
  });

  it.each(['Europe/Atlantis', '+01:00', '', 'Z', '2026-01-01T00:00[Europe/Berlin]', 'Europe/Berlin ', '../etc/passwd'])(
    '"%s" is not a time zone',
    async (name) => {
      expect(await knowing(name).knownName(name)).toBeNull();
    },
  );

  it('a zone that PostgreSQL does not know is refused, by any name', async () => {
    expect(await knowing().knownName('Asia/Calcutta')).toBeNull();
    expect(await knowing('Systemv/EST5EDT').knownName('SystemV/EST5')).toBeNull();
    // An offset without summer time, to PostgreSQL.
    expect(await knowing('CET').knownName('CET')).toBeNull();
  });

  it('a PostgreSQL that is older than a new name gets the old one', async () => {
    expect(await knowing('Europe/Kiev').knownName('Europe/Kyiv')).toBe('Europe/Kiev');
    expect(await knowing('Europe/Kiev', 'Europe/Kyiv').knownName('Europe/Kiev')).toBe('Europe/Kyiv');
  });
});
