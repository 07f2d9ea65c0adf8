import type { CalendarEntry } from '../domain/mail-content.js';
import { calendarFile } from './calendar-file.js';

const entry: CalendarEntry = {
  uid: 'r1',
  sequence: 2,
  cancelled: false,
  startsAt: '2026-12-01T19:00:00.000Z',
  endsAt: '2026-12-01T21:00:00.000Z',
  summary: 'Metropolis',
  location: 'Lichtburg, Room 1',
  description: 'Seats: A1',
};
const from = { name: 'Cinema', address: 'tickets@cinema.example' };
const linesOf = (own: Partial<CalendarEntry>, sender = from): string[] =>
  calendarFile({ ...entry, ...own }, { from: sender, now: new Date('2026-11-01T12:00:00Z') })
    .text.replaceAll('\r\n ', '')
    .split('\r\n');

describe('A calendar file', () => {
  const zone = process.env['TZ'];
  beforeEach(() => void (process.env['TZ'] = 'Europe/Berlin'));
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it.each([
    ['in the hour that the zone of the process leaves out', '2026-03-29T01:30:00.000Z', '2026-03-29T03:30:00.000Z'],
    ['in the hour that comes twice', '2026-10-25T01:30:00.000Z', '2026-10-25T03:30:00.000Z'],
    ['over the change of the clock', '2026-10-24T23:30:00.000Z', '2026-10-25T01:30:00.000Z'],
  ])('a showtime %s keeps its start and its end', (_, startsAt, endsAt) => {
    const plain = (at: string) => at.replace('.000', '').replaceAll(/[-:]/g, '');
    expect(linesOf({ startsAt, endsAt })).toEqual(expect.arrayContaining([`DTSTART:${plain(startsAt)}`, `DTEND:${plain(endsAt)}`]));
  });

  it('the sender is the organizer, whether the entry is published or taken back', () => {
    for (const cancelled of [false, true])
      expect(linesOf({ cancelled })).toEqual(
        expect.arrayContaining([
          `METHOD:${cancelled ? 'CANCEL' : 'PUBLISH'}`,
          'UID:r1@cinema.example',
          'SEQUENCE:2',
          'ORGANIZER;CN="Cinema":mailto:tickets@cinema.example',
        ]),
      );
    expect(linesOf({}, { ...from, name: '' })).toContain('ORGANIZER;CN="tickets@cinema.example":mailto:tickets@cinema.example');
  });
});
