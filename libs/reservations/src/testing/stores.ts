import type { CancellationRuns } from '../domain/cancellation-runs.js';
import type { Reservation } from '../domain/reservation.js';
import type { ReservationState } from '../domain/reservation-state.js';
import type { Reservations } from '../domain/reservations.js';
import type { SettlementWatermark } from '../domain/settlement-watermark.js';
import { OPEN_SALES, type SalesStatus } from '../domain/sales-status.js';
import { type HoldOptions, type aPayment, minutesAfter, NOW, POLICY, storeHold } from './builders.js';

/** What a contract suite is run against. */
export interface Stores {
  readonly reservations: Reservations;
  readonly runs: CancellationRuns;
  readonly watermark: SettlementWatermark;
  /** Types of a reservation's events in order, without context and version. */
  eventsOf(id: string): Promise<string[]>;
}

/** Makes stores that are empty. */
export type MakeStores = () => Promise<Stores>;

/** The steps that the contract suites have in common. */
export function stepsOn(stores: () => Stores) {
  const reservations = (): Reservations => stores().reservations;
  return {
    hold: (own?: HoldOptions): Promise<Reservation> => storeHold(reservations(), own),

    stored: async (id: string): Promise<ReservationState> => (await reservations().read({ id })).reservation.state,

    settle: (payment: ReturnType<typeof aPayment>, at = NOW, currentSalesStatus: SalesStatus = OPEN_SALES): Promise<boolean> =>
      reservations().settle({ ...payment, currentSalesStatus, at }, (reservation, seen) =>
        reservation.receivePayment(payment, { ...seen, at }),
      ),

    expire: (id: string, at = minutesAfter(30)): Promise<number> =>
      reservations().changeSkippingLocked([id], (reservation) => reservation.expire(at)),

    /** An hour after the end of a showtime of `aSeating`. */
    complete: (id: string): Promise<number> =>
      reservations().changeSkippingLocked([id], (reservation, seen) =>
        reservation.complete({ policy: POLICY, ...seen, at: minutesAfter(9 * 60) }),
      ),

    cancel: (id: string, at = NOW): Promise<void> =>
      reservations().change({ id }, (reservation, seen) =>
        reservation.cancel({ by: 'customer', refund: 'policy', reason: null, ...seen, at }),
      ),
  };
}
