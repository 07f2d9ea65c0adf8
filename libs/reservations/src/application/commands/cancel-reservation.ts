import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { CapturedMoney } from '../captured-money.js';
import { CurrentSalesStatus } from '../current-sales-status.js';

/** Cancels the customer's own reservation and refunds by the policy. Throws `ReservationNotFound` and what `Reservation.cancel` throws. */
export class CancelReservation extends Command<void> {
  constructor(
    readonly customerId: string,
    readonly reservationId: string,
    /** Minor units of what was paid: the quote's, which the customer has seen. Left out, the policy alone decides. */
    readonly agreement: { readonly keptAtMost?: number | undefined },
  ) {
    super();
  }
}

@CommandHandler(CancelReservation)
export class CancelReservationHandler implements ICommandHandler<CancelReservation> {
  constructor(
    private readonly salesStatus: CurrentSalesStatus,
    private readonly money: CapturedMoney,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, reservationId: id, agreement: { keptAtMost } }: CancelReservation): Promise<void> {
    await this.salesStatus.askAndChangeReservation(
      { id, customerId },
      {
        ask: async (state) => (keptAtMost === undefined ? null : this.money.keptLimitOf(state, keptAtMost)),
        decide: (reservation, situation, keptLimit) =>
          reservation.cancel({ by: 'customer', refund: 'policy', reason: null, keptLimit, ...situation, at: this.clock.now() }),
      },
    );
  }
}
