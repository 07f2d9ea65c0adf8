/**
 * The sales status as showtimes knows it: reservations may not know of a cancellation or a move yet. It is asked before the transaction
 * of a decision, and counts together with the stored one, which is read under the locks.
 */
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ShowtimeStatuses, type ShowtimeStatusView } from '@app/contracts/showtimes.js';
import type { Reservation } from '../domain/reservation.js';
import type { ReservationState } from '../domain/reservation-state.js';
import { type ReservationKey, Reservations } from '../domain/reservations.js';
import { OPEN_SALES, type SalesStatus, strictestSalesStatus } from '../domain/sales-status.js';
import type { ChangeSituation } from '../domain/situations.js';

@Injectable()
export class CurrentSalesStatus {
  constructor(
    private readonly queries: QueryBus,
    private readonly reservations: Reservations,
  ) {}

  async of(showtimeId: string): Promise<SalesStatus> {
    const [view] = await this.queries.execute(new ShowtimeStatuses([showtimeId]));
    return view === undefined ? OPEN_SALES : salesStatusOf(view);
  }

  /** For a question: the reservation, and a situation that counts both. Throws `ReservationNotFound`. */
  async readReservation(key: ReservationKey): Promise<{ reservation: Reservation; situation: ChangeSituation }> {
    const { reservation, situation } = await this.reservations.read(key);
    const salesStatus = strictestSalesStatus(situation.salesStatus, await this.of(reservation.state.showtimeId));
    return { reservation, situation: { salesStatus } };
  }

  /** For a decision: changes a reservation by a situation that counts both. Throws `ReservationNotFound`. */
  changeReservation<T>(key: ReservationKey, decide: (reservation: Reservation, situation: ChangeSituation) => T): Promise<T> {
    return this.askAndChangeReservation(key, { ask: () => Promise.resolve(), decide });
  }

  /** Asks what else the decision needs before the locks, about the reservation as it is then. Throws `ReservationNotFound`. */
  async askAndChangeReservation<Known, T>(
    key: ReservationKey,
    steps: {
      ask: (state: ReservationState) => Promise<Known>;
      decide: (reservation: Reservation, situation: ChangeSituation, known: Known) => T;
    },
  ): Promise<T> {
    const { reservation: seen, situation } = await this.readReservation(key);
    const known = await steps.ask(seen.state);
    return this.reservations.change(key, (reservation, { salesStatus }) =>
      steps.decide(reservation, { salesStatus: strictestSalesStatus(salesStatus, situation.salesStatus) }, known),
    );
  }
}

export function salesStatusOf({ status, version, lastMove }: ShowtimeStatusView): SalesStatus {
  return status === 'cancelled' ? { closed: true, version } : { closed: false, version: lastMove?.version ?? OPEN_SALES.version };
}
