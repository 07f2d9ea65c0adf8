import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Reservations } from '../../domain/reservations.js';
import type { CancellationQuoteView } from './cancellation-quote.view.js';

/** What a cancellation by the customer would refund now. The aggregate decides it: it is a rule. Throws `ReservationNotFound`. */
export class CancellationQuote extends Query<CancellationQuoteView> {
  constructor(
    readonly customerId: string,
    readonly reservationId: string,
  ) {
    super();
  }
}

@QueryHandler(CancellationQuote)
export class CancellationQuoteHandler implements IQueryHandler<CancellationQuote> {
  constructor(
    private readonly reservations: Reservations,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, reservationId: id }: CancellationQuote): Promise<CancellationQuoteView> {
    const { reservation } = await this.reservations.read({ id, customerId });
    const quote = reservation.quote(this.clock.now());
    return { ...quote, until: quote.until?.toISOString() ?? null };
  }
}
