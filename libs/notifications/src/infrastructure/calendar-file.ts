/** Calendar files (RFC 5545) of one entry, in UTC: each program shows it in the zone of its reader, and no hour of a changed clock is meant twice. */
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { CalendarEntry } from '../domain/mail-content.js';

interface CalendarFile {
  readonly text: string;
  readonly method: 'PUBLISH' | 'CANCEL';
}

interface Sender {
  readonly name: string;
  readonly address: string;
}

/** The sender is the organizer, whose domain makes the entry's id unique in the world: RFC 5546 demands one, and some programs drop a CANCEL without it. */
export function calendarFile(entry: CalendarEntry, { from, now }: { from: Sender; now: Date }): CalendarFile {
  const { uid, sequence, cancelled, startsAt, endsAt, summary, location, description } = entry;
  const method = cancelled ? 'CANCEL' : 'PUBLISH';
  const calendar = ical({
    prodId: { company: 'movie-reservation', product: 'notifications', language: 'EN' },
    method: cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
  });
  calendar.createEvent({
    id: `${uid}@${domainOf(from.address)}`,
    sequence,
    stamp: now,
    start: new Date(startsAt),
    end: new Date(endsAt),
    organizer: { name: from.name || from.address, email: from.address },
    summary,
    location,
    description,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  });
  return { text: calendar.toString(), method };
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
