import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Payments } from '../../domain/payments.js';

/**
 * The reservation has ended, or costs less now: its unfinished payments, or those that ask for more, are cancelled at Stripe. None begins at this moment: a payment begins
 * behind the lock of its reservation.
 */
export class CancelOpenPayments extends Command<void> {
  /** `moreThan`: only payments of more than that, in minor units. */
  constructor(
    readonly reservationId: string,
    readonly moreThan: number | null = null,
  ) {
    super();
  }
}

@CommandHandler(CancelOpenPayments)
export class CancelOpenPaymentsHandler implements ICommandHandler<CancelOpenPayments> {
  constructor(
    private readonly payments: Payments,
    private readonly jobs: Jobs,
  ) {}

  async execute({ reservationId, moreThan }: CancelOpenPayments): Promise<void> {
    const unfinished = await this.payments.unfinishedOf([reservationId]);
    const payments = await Promise.all(unfinished.map(({ id }) => this.payments.get(id)));
    const unwanted = payments.filter(({ amount }) => moreThan === null || amount > moreThan);
    await this.jobs.enqueue(unwanted.map(({ id: subject }) => ({ kind: 'payments.cancel-payment', subject })));
  }
}
