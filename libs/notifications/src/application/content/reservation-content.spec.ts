import type { ReservationSummary } from '@app/contracts/reservations.js';
import type { ShowtimeSummary } from '@app/contracts/showtimes.js';
import { language as de } from '../../infrastructure/languages/de.js';
import { language as en } from '../../infrastructure/languages/en.js';
import { cancelledContent, confirmedContent, type ReservationMail, seatsChangedContent } from './reservation-content.js';

const reservation: ReservationSummary = {
  id: 'r1',
  version: 2,
  customerId: 'u1',
  showtimeId: 's1',
  status: 'confirmed',
  code: 'ABCD2345',
  seats: [{ label: 'A1', category: 'standard', price: { amount: 1_250, currency: 'EUR' } }],
  total: { amount: 1_250, currency: 'EUR' },
  late: false,
  startsAt: '2026-12-01T19:00:00.000Z',
  endsAt: '2026-12-01T21:00:00.000Z',
  heldUntil: '2026-11-30T19:00:00.000Z',
};
const showtime: ShowtimeSummary = {
  id: 's1',
  version: 1,
  status: 'scheduled',
  movie: { id: 'm1', title: 'Metropolis\r\nBcc: all@cinema.example', runtimeMinutes: 120 },
  theatre: { id: 't1', name: 'Lichtburg', timeZone: 'America/New_York' },
  room: { id: 'o1', name: 'Room 1' },
  seatPlanVersion: 1,
  startsAt: '2026-12-02T19:00:00.000Z',
  startsAtLocal: '2026-12-02T14:00:00',
  endsAt: '2026-12-02T21:00:00.000Z',
  currency: 'EUR',
  prices: { standard: 1_250 },
  salesOpenAt: null,
};
const mail: ReservationMail = { language: en, recipient: { userId: 'u1', email: 'a@b.example', name: 'Ada' }, reservation, showtime };
const byCinema = { by: 'cinema', reason: null, amount: { amount: 1_250, currency: 'EUR' } } as const;

const nothingApart = { goneApart: 0 };

describe('Mails about a reservation', () => {
  it('a confirmed reservation has the local time that it was reserved for', () => {
    expect(confirmedContent(mail).details).toContainEqual(['When', 'Tuesday, 1 December 2026 at 14:00']);
    expect(confirmedContent({ ...mail, language: de }).details).toContainEqual(['Zeit', 'Dienstag, 1. Dezember 2026 um 14:00']);
  });

  it('a mail about other seats has them, and a newer entry for the calendar', () => {
    const { details, calendar } = seatsChangedContent({ ...mail, reservation: { ...reservation, version: 3 } });
    expect(details).toEqual(
      expect.arrayContaining([
        ['Seats', 'A1'],
        ['Booking code', 'ABCD2345'],
        ['Total', '€12.50'],
      ]),
    );
    expect([confirmedContent(mail).calendar!.sequence, calendar!.sequence]).toEqual([2, 3]);
    expect(calendar).toMatchObject({ uid: 'r1', cancelled: false, description: 'Booking code ABCD2345, seats A1' });
  });

  it('a title with line breaks stays one line of the subject', () => {
    expect(confirmedContent(mail).subject).toBe('Your tickets: Metropolis Bcc: all@cinema.example');
  });

  it('a mail about a moved showtime has the new time and room', () => {
    const { subject, paragraphs } = cancelledContent(mail, byCinema, nothingApart);
    expect(subject).toMatch(/^The showtime was moved: /);
    expect(paragraphs.join()).toContain('Wednesday, 2 December 2026 at 14:00 (Room 1)');
    expect(paragraphs.join()).toContain('€12.50 goes back');
  });

  it('a reservation of a showtime that was moved and then cancelled is cancelled', () => {
    const { subject } = cancelledContent({ ...mail, showtime: { ...showtime, status: 'cancelled' } }, byCinema, nothingApart);
    expect(subject).toMatch(/^The showtime is cancelled: /);
  });

  it('nothing is refunded where the policy keeps everything', () => {
    const { paragraphs } = cancelledContent(mail, { by: 'customer', reason: null, amount: { amount: 0, currency: 'EUR' } }, nothingApart);
    expect(paragraphs).toContain('By the terms of your purchase nothing is refunded at this time.');
  });

  it.each([
    [500, ['€7.50 goes back to the card that you paid with.']],
    [1_250, []],
  ])('a cancellation after %d went back promises the rest alone', (goneApart, promised) => {
    for (const by of ['customer', 'admin', 'cinema'] as const) {
      const { paragraphs, calendar } = cancelledContent(mail, { ...byCinema, by }, { goneApart });
      expect(paragraphs.filter((text) => text.includes('goes back') || text.includes('refunded'))).toEqual(promised);
      expect(calendar).toMatchObject({ cancelled: true });
    }
  });

  it('a cancellation that owes less than is left promises what it owes', () => {
    const amount = { amount: 600, currency: 'EUR' };
    const { paragraphs } = cancelledContent(mail, { by: 'admin', reason: null, amount }, { goneApart: 500 });
    expect(paragraphs).toContain('€6.00 goes back to the card that you paid with.');
  });
});
