/** Calendar files (RFC 5545) of one entry in the zone of the theatre. */
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { CalendarEntry } from '../domain/mail-content.js';

export interface CalendarFile {
  readonly text: string;
  readonly method: 'PUBLISH' | 'CANCEL';
}

/** `domain` makes the entry's id unique in the world. */
export function calendarFile(entry: CalendarEntry, { domain, now }: { domain: string; now: Date }): CalendarFile {
  const { uid, sequence, cancelled, startsAt, endsAt, timeZone, summary, location, description } = entry;
  const method = cancelled ? 'CANCEL' : 'PUBLISH';
  const calendar = ical({
    prodId: { company: 'movie-reservation', product: 'notifications', language: 'EN' },
    method: cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
    timezone: { name: timeZone, generator: () => zoneAt(timeZone, startsAt) },
  });
  calendar.createEvent({
    id: `${uid}@${domain}`,
    sequence,
    stamp: now,
    start: wallTime(startsAt, timeZone),
    end: wallTime(endsAt, timeZone),
    timezone: timeZone,
    summary,
    location,
    description,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  });
  return { text: calendar.toString(), method };
}

/** `2026-12-01T20:00:00`, the time that a clock in the zone shows. */
function wallTime(at: string, timeZone: string): string {
  const format = { timeZone, dateStyle: 'short', timeStyle: 'medium' } as const;
  return new Intl.DateTimeFormat('sv-SE', format).format(new Date(at)).replace(' ', 'T');
}

/** The zone as it is at the start: programs that know the IANA name use their own rules, the others need only this one entry. */
function zoneAt(timeZone: string, at: string): string {
  const offset = utcOffset(timeZone, at);
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${timeZone}`,
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    `TZOFFSETFROM:${offset}`,
    `TZOFFSETTO:${offset}`,
    'END:STANDARD',
    'END:VTIMEZONE',
  ].join('\r\n');
}

/** `+0100`. */
function utcOffset(timeZone: string, at: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(new Date(at));
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return /[+-]\d\d:\d\d/.exec(name)?.[0].replace(':', '') ?? '+0000';
}
