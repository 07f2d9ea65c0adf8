import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { ReservationsNotPayable } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { type JobName, Jobs } from '@app/platform/jobs/jobs.js';
import { Payments, type UnfinishedPayment } from '../../domain/payments.js';

const PAGE = 200;

/** Has every unfinished payment of this age opened, compared with Stripe, or cancelled where its reservation has ended. */
export class ReconcilePayments extends Command<void> {
  constructor(readonly olderThanMs: number) {
    super();
  }
}

@CommandHandler(ReconcilePayments)
export class ReconcilePaymentsHandler implements ICommandHandler<ReconcilePayments> {
  constructor(
    private readonly payments: Payments,
    private readonly queries: QueryBus,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async execute({ olderThanMs }: ReconcilePayments): Promise<void> {
    const createdUntil = new Date(this.clock.now().getTime() - olderThanMs);
    let afterId: string | null = null;
    for (;;) {
      const page: UnfinishedPayment[] = await this.payments.unfinished({ createdUntil, afterId, limit: PAGE });
      const last = page.at(-1);
      if (last === undefined) return;
      const ended = new Set(await this.queries.execute(new ReservationsNotPayable(page.map(({ reservationId }) => reservationId))));
      await this.jobs.enqueue(page.map((payment) => jobFor(payment, { hasEnded: ended.has(payment.reservationId) })));
      if (page.length < PAGE) return;
      afterId = last.id;
    }
  }
}

function jobFor({ id, intentId }: UnfinishedPayment, { hasEnded }: { hasEnded: boolean }): JobName {
  if (hasEnded) return { kind: 'payments.cancel-payment', subject: id };
  return { kind: intentId === null ? 'payments.open-payment' : 'payments.check-payment', subject: id };
}
