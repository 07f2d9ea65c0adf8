import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Payments } from '../../domain/payments.js';

/** The reservation has ended: its unfinished payments are cancelled at Stripe. One that begins at this moment is found by the reconciliation. */
export class CancelOpenPayments extends Command<void> {
  constructor(readonly reservationId: string) {
    super();
  }
}

@CommandHandler(CancelOpenPayments)
export class CancelOpenPaymentsHandler implements ICommandHandler<CancelOpenPayments> {
  constructor(
    private readonly payments: Payments,
    private readonly jobs: Jobs,
  ) {}

  async execute({ reservationId }: CancelOpenPayments): Promise<void> {
    const unfinished = await this.payments.unfinishedOf(reservationId);
    await this.jobs.enqueue(unfinished.map((subject) => ({ kind: 'payments.cancel-payment', subject })));
  }
}
