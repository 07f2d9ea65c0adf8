import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { type JobName, Jobs } from '@app/platform/jobs/jobs.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Disputes } from '../../domain/disputes.js';
import type { Payment } from '../../domain/payment.js';
import { Payments } from '../../domain/payments.js';
import { OwedSums } from '../owed-sums.js';
import { AdminPaymentView } from '../queries/admin-payment.view.js';

/**
 * An admin has one payment put right: refunds that are owed and were not requested are requested, those that Stripe was not asked for are sent
 * again, and Stripe is asked what it knows. Harmless when repeated. Throws `PaymentNotFound`.
 */
export class ReconcilePaymentAsAdmin extends Command<AdminPaymentView> implements AdminCommand<AdminPaymentView> {
  constructor(
    readonly adminId: string,
    readonly paymentId: string,
  ) {
    super();
  }

  auditEntry({ status, refunded }: AdminPaymentView) {
    return { action: 'payments.reconcile', subject: this.paymentId, details: { status, refunded } };
  }
}

@CommandHandler(ReconcilePaymentAsAdmin)
export class ReconcilePaymentAsAdminHandler implements ICommandHandler<ReconcilePaymentAsAdmin> {
  constructor(
    private readonly payments: Payments,
    private readonly disputes: Disputes,
    private readonly owedSums: OwedSums,
    private readonly jobs: Jobs,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async execute({ paymentId }: ReconcilePaymentAsAdmin): Promise<AdminPaymentView> {
    const owed = await this.owedSums.of(paymentId);
    return this.transactions.run(async () => {
      const payment = await this.payments.change(paymentId, (changed) => {
        changed.requestOwedRefunds({ owed, now: this.clock.now() });
        return changed;
      });
      await this.jobs.enqueue(jobsFor(payment));
      return AdminPaymentView.of(payment.state, await this.disputes.ofPayments([paymentId]));
    });
  }
}

function jobsFor({ id, isUnfinished, state: { intentId, refunds } }: Payment): JobName[] {
  const unsent = refunds.filter(({ status }) => status === 'requested');
  return [
    ...unsent.map((refund) => ({ kind: 'payments.submit-refund', subject: refund.id })),
    ...(isUnfinished ? [{ kind: intentId === null ? 'payments.open-payment' : 'payments.check-payment', subject: id }] : []),
    ...(intentId === null ? [] : [{ kind: 'payments.list-refunds', subject: id }]),
  ];
}
