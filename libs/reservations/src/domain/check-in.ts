/** Whether a customer came: let in, or not seen. */
import { CustomerAdmitted, NoShowRecorded } from '@app/contracts/reservations.js';
import type { BookingPolicy } from './booking-policy.js';
import {
  AlreadyAdmitted,
  CheckInClosed,
  CheckInNotOpen,
  NotConfirmed,
  ShowtimeCancelled,
  ShowtimeMoved,
  ShowtimeNotOver,
} from './errors.js';
import type { ReservationChange, ReservationState } from './reservation-state.js';
import { showtimeSinceHold, type SalesStatus } from './sales-status.js';
import { addMs } from '@app/kernel/instants.js';

export interface CheckIn {
  /** User id of the member of staff. */
  readonly by: string;
  readonly policy: BookingPolicy;
  readonly salesStatus: SalesStatus;
  readonly at: Date;
}

export function admit(state: ReservationState, { by, policy, salesStatus, at }: CheckIn): readonly ReservationChange[] {
  const { id: reservationId, status, showtimeId, customerId, startsAt, endsAt, admittedAt, admittedBy } = state;
  if (status !== 'confirmed' && status !== 'completed') throw new NotConfirmed(status);
  if (admittedAt !== null && admittedBy !== null) throw new AlreadyAdmitted({ admittedAt: admittedAt.toISOString(), admittedBy });
  const showtime = showtimeSinceHold(state.showtimeVersion, salesStatus);
  if (showtime === 'cancelled') throw new ShowtimeCancelled();
  if (showtime === 'moved') throw new ShowtimeMoved();
  const opensAt = addMs(startsAt, -policy.admitBeforeStartMs);
  if (at < opensAt) throw new CheckInNotOpen(opensAt.toISOString());
  if (status === 'completed' || at >= endsAt) throw new CheckInClosed(endsAt.toISOString());
  const event = new CustomerAdmitted({ reservationId, showtimeId, customerId, admittedBy: by });
  return [{ event, changes: { admittedAt: at, admittedBy: by } }];
}

export function markNoShow(
  { id: reservationId, status, showtimeId, customerId, endsAt, admittedAt, noShow, showtimeVersion }: ReservationState,
  { salesStatus, at }: { salesStatus: SalesStatus; at: Date },
): readonly ReservationChange[] {
  const isTicket = status === 'confirmed' || status === 'completed';
  if (!isTicket || admittedAt !== null || noShow || showtimeSinceHold(showtimeVersion, salesStatus) !== 'on-sale') return [];
  if (at < endsAt) throw new ShowtimeNotOver(endsAt.toISOString());
  return [{ event: new NoShowRecorded({ reservationId, showtimeId, customerId }), changes: { noShow: true } }];
}

/** A customer in the room keeps these seats, and the money stays. Throws `AlreadyAdmitted`, which tells the customer when, and not by whom. */
export function assertNotAdmitted({ admittedAt }: ReservationState): void {
  if (admittedAt !== null) throw new AlreadyAdmitted({ admittedAt: admittedAt.toISOString() });
}
