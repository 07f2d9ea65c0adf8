import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import type { MoneyJson } from '@app/kernel/money.js';
import { Reservations } from '../../domain/reservations.js';

export interface CancellationQuoteView {
  readonly cancellable: boolean;
  readonly refund: MoneyJson;
  readonly kept: MoneyJson;
  /** ISO instant until when this answer stands; null when nothing can be cancelled any more. */
  readonly until: string | null;
}

/** What cancelling now would give back. Throws `ReservationNotFound`. */
export class QuoteCancellation extends Query<CancellationQuoteView> {
  constructor(
    readonly customerId: string,
    readonly reservationId: string,
  ) {
    super();
  }
}

@QueryHandler(QuoteCancellation)
export class QuoteCancellationHandler implements IQueryHandler<QuoteCancellation> {
  constructor(
    private readonly reservations: Reservations,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, reservationId }: QuoteCancellation): Promise<CancellationQuoteView> {
    const { reservation } = await this.reservations.read({ id: reservationId, customerId });
    const quote = reservation.quote(this.clock.now());
    return { ...quote, until: quote.until?.toISOString() ?? null };
  }
}
