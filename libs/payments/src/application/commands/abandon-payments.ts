import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DueRows } from '../../domain/due-rows.js';
import { Payments } from '../../domain/payments.js';

/** The reservation is over: what is still open for it is to be cancelled at Stripe. One begun just now is found by the reconciler. */
export class AbandonPayments extends Command<void> {
  constructor(readonly reservationId: string) {
    super();
  }
}

@CommandHandler(AbandonPayments)
export class AbandonPaymentsHandler implements ICommandHandler<AbandonPayments> {
  constructor(
    private readonly payments: Payments,
    private readonly dueRows: DueRows,
  ) {}

  async execute({ reservationId }: AbandonPayments): Promise<void> {
    const unfinished = await this.payments.unfinishedOf(reservationId);
    await this.dueRows.want(unfinished.map((subject) => ({ kind: 'cancel-payment', subject })));
  }
}
