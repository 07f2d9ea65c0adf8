import { type IQueryHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { RefundRequested, RefundsThatWouldBeRequested, SettledPaymentsOf } from '@app/contracts/payments.js';
import {
  EffectOnReservations,
  PaymentCameTooLate,
  RefundDueRaised,
  ReservationCancelled,
  type ReservationsEffect,
} from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';
import type { MoneyJson } from '@app/kernel/money.js';
import { Database } from '@app/platform/persistence/database.js';
import { type CancellationRun, CancellationRuns } from '../../domain/cancellation-runs.js';
import type { Reservation } from '../../domain/reservation.js';

/** Read together. A showtime has as many at most as its room has seats, and those that ended. */
const BATCH_SIZE = 500;
/** Above every version that the seats can have been held on. */
const NEXT_VERSION = 2_147_483_647;

type Status = keyof ReservationsEffect['byStatus'];

/** The rules themselves decide: each reservation is ended in memory, and payments is asked what it would refund. */
@QueryHandler(EffectOnReservations)
export class EffectOnReservationsHandler implements IQueryHandler<EffectOnReservations> {
  constructor(
    private readonly runs: CancellationRuns,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    private readonly database: Database,
  ) {}

  async execute({ showtimeIds, change }: EffectOnReservations): Promise<ReservationsEffect> {
    const effect = new EffectSum();
    if (change === 'end-changed') await this.addLive(effect, showtimeIds);
    else for (const showtimeId of showtimeIds) await this.addRun(effect, { showtimeId, kind: change });
    return effect.view();
  }

  private async addLive(effect: EffectSum, showtimeIds: readonly string[]): Promise<void> {
    const rows = await this.database.query<{ status: Status; count: number; seats: number }>(
      `SELECT status, count(*)::int AS count, sum(jsonb_array_length(seats))::int AS seats FROM reservations.reservations
       WHERE showtime_id = ANY ($1) AND status IN ('held', 'confirmed') GROUP BY status`,
      [showtimeIds],
    );
    for (const { status, count, seats } of rows) effect.touch(status, { count, seats });
  }

  private async addRun(effect: EffectSum, of: Pick<CancellationRun, 'showtimeId' | 'kind'>): Promise<void> {
    const now = this.clock.now();
    const run = { ...of, showtimeVersion: NEXT_VERSION, movedAt: of.kind === 'moved' ? now : null, reason: null };
    let afterId: string | null = null;
    do {
      const page: Reservation[] = await this.runs.affected(run, { afterId, limit: BATCH_SIZE });
      await this.addEnded(effect, page, run);
      afterId = page.length < BATCH_SIZE ? null : page.at(-1)!.id;
    } while (afterId !== null);
  }

  private async addEnded(effect: EffectSum, page: readonly Reservation[], run: CancellationRun): Promise<void> {
    const owed: RefundsThatWouldBeRequested['owed'][number][] = [];
    const held: string[] = [];
    for (const reservation of page) {
      const { status, seats } = reservation.state;
      reservation.endByCinema({ ...run, at: this.clock.now() });
      const events = reservation.takeEvents().map(({ event }) => event);
      if (events.length === 0) continue;
      if (status === 'held') held.push(reservation.id);
      effect.touch(status as Status, { count: 1, seats: status === 'cancelled' ? 0 : seats.length });
      effect.publish(events);
      owed.push(...events.flatMap(refundOf));
    }
    // Paid, and not settled by reservations yet: the payment comes too late.
    const unsettled = held.length === 0 ? [] : await this.queries.execute(new SettledPaymentsOf(held));
    for (const { paymentId, amount: due } of unsettled) {
      effect.publishOne(PaymentCameTooLate.type);
      owed.push({ paymentId, reason: 'payment-came-too-late', due });
    }
    const refunds = await this.queries.execute(new RefundsThatWouldBeRequested(owed));
    for (const { amount } of refunds) effect.refund(amount);
  }
}

/** As the reactions of payments read the event. */
function refundOf(event: DomainEvent): RefundsThatWouldBeRequested['owed'] {
  if (event instanceof RefundDueRaised) {
    const { paymentId, reason, refundDue } = event.data;
    return [{ paymentId, reason, due: refundDue }];
  }
  if (!(event instanceof ReservationCancelled) || event.data.paymentId === null || event.data.refundDue.amount === 0) return [];
  return [{ paymentId: event.data.paymentId, reason: 'reservation-cancelled', due: event.data.refundDue }];
}

class EffectSum {
  readonly #byStatus = { held: 0, confirmed: 0, completed: 0, cancelled: 0 };
  readonly #refunds = new Map<string, number>();
  readonly #events = new Map<string, number>();
  #seats = 0;

  touch(status: Status, { count, seats }: { count: number; seats: number }): void {
    this.#byStatus[status] += count;
    this.#seats += seats;
  }

  publish(events: readonly DomainEvent[]): void {
    for (const { type } of events) this.publishOne(type);
  }

  publishOne(type: string): void {
    this.#events.set(type, (this.#events.get(type) ?? 0) + 1);
  }

  refund({ amount, currency }: MoneyJson): void {
    this.#refunds.set(currency, (this.#refunds.get(currency) ?? 0) + amount);
    this.publishOne(RefundRequested.type);
  }

  view(): ReservationsEffect {
    return {
      byStatus: this.#byStatus,
      seats: this.#seats,
      refunds: Array.from(this.#refunds, ([currency, amount]) => ({ amount, currency })),
      events: Array.from(this.#events, ([type, count]) => ({ type, count })),
    };
  }
}
