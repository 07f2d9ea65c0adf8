import { newId } from '@app/kernel/id.js';
import { PostgresReportFacts } from '../../../libs/reports/src/infrastructure/postgres-report-facts.js';
import { Database } from '@app/platform/persistence/database.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

describe('Facts of reports', () => {
  let system: InProcessSystem;
  let facts: PostgresReportFacts;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    facts = new PostgresReportFacts(system.api.get(Database));
  }, 60_000);
  afterAll(() => system?.close());

  it('an older fact that comes later changes nothing', async () => {
    const [movieId, theatreId, reservationId, showtimeId] = [newId(), newId(), newId(), newId()];
    for (const sequence of [2, 1, 2]) {
      await facts.saveMovie({ movieId, title: `title ${sequence}`, sequence });
      await facts.saveTheatre({ theatreId, name: `name ${sequence}`, timeZone: 'Europe/Berlin', sequence });
      await facts.saveReservation({ reservationId, showtimeId, seatsSold: sequence === 1 ? 3 : 0, sequence });
    }
    const rows = await system.sql(
      `SELECT title AS kept FROM reports.movies WHERE movie_id = $1 UNION ALL SELECT name FROM reports.theatres WHERE theatre_id = $2
       UNION ALL SELECT seats_sold::text FROM reports.reservations WHERE reservation_id = $3`,
      [movieId, theatreId, reservationId],
    );
    expect(rows).toEqual([{ kept: 'title 2' }, { kept: 'name 2' }, { kept: '0' }]);
  });

  it.each([
    ['before', ['cancel', 'save']],
    ['after', ['save', 'cancel', 'save']],
  ])('a cancellation %s the facts of its showtime is kept', async (_, steps) => {
    const showtimeId = newId();
    const startsAt = '2026-12-01T19:00:00.000Z';
    for (const step of steps) {
      if (step === 'cancel') await facts.markShowtimeCancelled(showtimeId);
      else
        await facts.saveShowtime({ showtimeId, movieId: newId(), theatreId: newId(), roomId: newId(), capacity: 9, startsAt, sequence: 1 });
    }
    const rows = await system.sql('SELECT capacity, cancelled FROM reports.showtimes WHERE showtime_id = $1', [showtimeId]);
    expect(rows).toEqual([{ capacity: 9, cancelled: true }]);
  });

  it('money that is received twice counts once', async () => {
    const movement = { id: newId(), paymentId: newId(), reservationId: newId(), amount: 900, currency: 'EUR', at: new Date() };
    await facts.addMoney(movement);
    await facts.addMoney(movement);
    expect(await system.sql('SELECT amount FROM reports.money WHERE id = $1', [movement.id])).toEqual([{ amount: 900 }]);
  });
});
