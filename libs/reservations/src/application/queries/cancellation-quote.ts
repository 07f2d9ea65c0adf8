import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { CapturedMoney } from '../captured-money.js';
import { CurrentSalesStatus } from '../current-sales-status.js';
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
    private readonly salesStatus: CurrentSalesStatus,
    private readonly money: CapturedMoney,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, reservationId: id }: CancellationQuote): Promise<CancellationQuoteView> {
    const { reservation, situation } = await this.salesStatus.readReservation({ id, customerId });
    const captured = await this.money.keptMinorUnits(reservation.state);
    const quote = reservation.quote({ captured, ...situation, at: this.clock.now() });
    return { ...quote, until: quote.until?.toISOString() ?? null };
  }
}
