import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { ReservationNotFound, ShowtimeCancelled } from '../../domain/errors.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { AdmitCustomer } from './admit-customer.js';

describe('AdmitCustomer', () => {
  const adminId = newId();

  async function atTheStart() {
    const harness = new ReservationsHarness();
    const reservation = await harness.createConfirmed({ seating: harness.createSeating(), code: '7Q2M9XK0' });
    harness.clock.advance(6 * HOUR_MS);
    return { harness, reservation };
  }

  it('a code as a person writes it admits its customer, with an audit entry', async () => {
    const { harness, reservation } = await atTheStart();
    expect(await harness.executeAsAdmin(new AdmitCustomer(adminId, '7q2m9xkO'))).toBe(reservation.id);
    expect(harness.reservations.all.get(reservation.id)).toMatchObject({ admittedAt: harness.clock.now(), admittedBy: adminId });
    expect(harness.audit.entries).toEqual([{ actor: adminId, action: 'reservations.admit-customer', subject: reservation.id }]);
  });

  it('an unknown code is not found', async () => {
    const { harness } = await atTheStart();
    await expect(harness.execute(new AdmitCustomer(adminId, '00000000'))).rejects.toThrow(ReservationNotFound);
  });

  it('a showtime that only its owner knows to be cancelled admits nobody', async () => {
    const { harness, reservation } = await atTheStart();
    harness.changeInShowtimes(reservation.state.showtimeId, 'cancelled');
    await expect(harness.execute(new AdmitCustomer(adminId, '7Q2M9XK0'))).rejects.toThrow(ShowtimeCancelled);
  });
});
