import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import type { RefundFact } from '../../domain/stripe-facts.js';
import type { RefundChange } from '../../domain/payment.js';
import { Payments } from '../../domain/payments.js';

/** Takes in Stripe's own list of a payment's refunds, or a part of it. */
export class LearnRefunds extends Command<void> {
  constructor(
    readonly paymentId: string,
    readonly facts: readonly RefundFact[],
  ) {
    super();
  }
}

@CommandHandler(LearnRefunds)
export class LearnRefundsHandler implements ICommandHandler<LearnRefunds> {
  constructor(
    private readonly payments: Payments,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  async execute({ paymentId, facts }: LearnRefunds): Promise<void> {
    // What failed first: its amount may since have gone back in another refund, and both at once would be more than was captured.
    const ordered = [...facts].sort((a, b) => Number(b.status === 'failed') - Number(a.status === 'failed'));
    await this.payments.change(paymentId, (payment) => {
      for (const fact of ordered) this.tell(payment.applyRefund(fact, this.clock.now()), paymentId, fact);
    });
  }

  private tell(news: RefundChange, paymentId: string, { stripeRefundId, refundId, amount, failure }: RefundFact): void {
    const details = { paymentId, refundId, stripeRefundId, amount, failure };
    if (news === 'failed') this.alerts.raise('refund-failed', 'Stripe could not give money back', details);
    if (news === 'external') this.alerts.raise('external-refund', 'Money went back that nobody here ordered', details);
  }
}
