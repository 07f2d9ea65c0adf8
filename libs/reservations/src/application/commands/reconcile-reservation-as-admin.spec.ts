import { newId } from '@app/kernel/id.js';
import { ReservationNotFound, SeatsTaken } from '../../domain/errors.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { CancelReservationAsAdmin } from './cancel-reservation-as-admin.js';
import { ReconcileReservationAsAdmin } from './reconcile-reservation-as-admin.js';

describe('ReconcileReservationAsAdmin', () => {
  let harness: ReservationsHarness;
  beforeEach(() => {
    harness = new ReservationsHarness();
  });
  const reconcile = (id: string) => harness.executeAsAdmin(new ReconcileReservationAsAdmin('an-admin', id));

  it('money that succeeded and whose message was lost confirms the reservation', async () => {
    const held = await harness.createHold();
    const { paymentId } = harness.pay(held);
    expect(await reconcile(held.id)).toEqual({ claimed: [], freed: [], paymentIds: [paymentId] });
    await reconcile(held.id);
    expect(harness.statusOf(held)).toBe('confirmed');
    expect(harness.eventsOf(held)).toEqual(['seats-held', 'reservation-confirmed']);
    expect(harness.audit.entries.map(({ action }) => action)).toEqual(['reservations.reconcile', 'reservations.reconcile']);
  });

  it('seats that were lost are claimed again', async () => {
    const { id } = await harness.createConfirmed();
    const claims = new Map(harness.reservations.claims);
    harness.reservations.claims.clear();
    expect((await reconcile(id)).claimed).toHaveLength(claims.size);
    expect(harness.reservations.claims).toEqual(claims);
  });

  it('seats of a reservation that has ended become free', async () => {
    const { id } = await harness.createConfirmed();
    const claims = new Map(harness.reservations.claims);
    await harness.executeAsAdmin(new CancelReservationAsAdmin('an-admin', id, { refund: 'full', reason: 'A test.' }));
    for (const [claim, owner] of claims) harness.reservations.claims.set(claim, owner);
    expect((await reconcile(id)).freed).toHaveLength(claims.size);
    expect(harness.reservations.claims.size).toBe(0);
  });

  it('seats that another reservation has are refused', async () => {
    const { id } = await harness.createConfirmed();
    for (const claim of harness.reservations.claims.keys()) harness.reservations.claims.set(claim, newId());
    await expect(reconcile(id)).rejects.toThrow(SeatsTaken);
    expect(harness.audit.entries).toEqual([]);
  });

  it('a reservation that does not exist is refused', async () => {
    await expect(reconcile(newId())).rejects.toThrow(ReservationNotFound);
  });
});
