import { localDay } from './local-day.js';

describe('localDay', () => {
  it('one moment is another day in each zone', () => {
    const at = new Date('2026-12-24T23:30:00Z');
    expect(['Europe/Berlin', 'UTC', 'America/New_York', 'Pacific/Kiritimati'].map((zone) => localDay(at, zone))).toEqual([
      '2026-12-25',
      '2026-12-24',
      '2026-12-24',
      '2026-12-25',
    ]);
  });
});
