import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DueRows } from '../../domain/due-rows.js';
import { Payments } from '../../domain/payments.js';

/** The reservation is over: what is still open for it is to be cancelled at Stripe. One begun just now is found by the reconciler. */
export class CancelOpenPayments extends Command<void> {
  constructor(readonly reservationId: string) {
    super();
  }
}

@CommandHandler(CancelOpenPayments)
export class CancelOpenPaymentsHandler implements ICommandHandler<CancelOpenPayments> {
  constructor(
    private readonly payments: Payments,
    private readonly dueRows: DueRows,
  ) {}

  async execute({ reservationId }: CancelOpenPayments): Promise<void> {
    const unfinished = await this.payments.unfinishedOf(reservationId);
    await this.dueRows.want(unfinished.map((subject) => ({ kind: 'cancel-payment', subject })));
  }
}
