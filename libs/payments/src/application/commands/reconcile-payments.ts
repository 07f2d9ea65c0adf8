import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { ReservationsNotPayable } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { type JobName, Jobs } from '@app/platform/jobs/jobs.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Payments, type UnfinishedPayment } from '../../domain/payments.js';

const BATCH_SIZE = 200;

/**
 * Has a batch of unfinished payments opened, compared with Stripe, or cancelled where their reservations have ended: each when its check is
 * due, once for all workers. The first check is due at this age. Returns whether more may be due.
 */
export class ReconcilePayments extends Command<boolean> {
  constructor(readonly olderThanMs: number) {
    super();
  }
}

@CommandHandler(ReconcilePayments)
export class ReconcilePaymentsHandler implements ICommandHandler<ReconcilePayments> {
  constructor(
    private readonly transactions: Transactions,
    private readonly payments: Payments,
    private readonly queries: QueryBus,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async execute({ olderThanMs }: ReconcilePayments): Promise<boolean> {
    const due = { now: this.clock.now(), afterMs: olderThanMs, limit: BATCH_SIZE };
    return (await this.transactions.run(() => this.reconcile(due))) === BATCH_SIZE;
  }

  /** Returns how many. */
  private async reconcile(due: { now: Date; afterMs: number; limit: number }): Promise<number> {
    const page = await this.payments.claimDueForCheck(due);
    if (page.length === 0) return 0;
    const ended = new Set(await this.queries.execute(new ReservationsNotPayable(page.map(({ reservationId }) => reservationId))));
    await this.jobs.enqueue(page.map((payment) => jobFor(payment, { hasEnded: ended.has(payment.reservationId) })));
    return page.length;
  }
}

function jobFor({ id, intentId }: UnfinishedPayment, { hasEnded }: { hasEnded: boolean }): JobName {
  if (hasEnded) return { kind: 'payments.cancel-payment', subject: id };
  return { kind: intentId === null ? 'payments.open-payment' : 'payments.check-payment', subject: id };
}
