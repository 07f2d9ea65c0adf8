import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Alerts } from '@app/kernel/alerts.js';
import type { RefundFact } from '../../domain/stripe-facts.js';
import { CardPayments, CardRefused, IdempotencyKeySpent } from '../../domain/card-payments.js';
import { DueRows, type DueWork } from '../../domain/due-rows.js';
import { Payments } from '../../domain/payments.js';
import type { RefundState } from '../../domain/refund.js';
import { KEY_LIFE } from '../key-life.js';
import { LearnRefunds } from './learn-refunds.js';

/** Orders a requested refund at Stripe, once, however often this is tried. */
export class SubmitRefund extends Command<void> {
  constructor(readonly refundId: string) {
    super();
  }
}

@CommandHandler(SubmitRefund)
export class SubmitRefundHandler implements ICommandHandler<SubmitRefund> {
  constructor(
    private readonly payments: Payments,
    private readonly dueRows: DueRows,
    private readonly cards: CardPayments,
    private readonly commands: CommandBus,
    private readonly alerts: Alerts,
  ) {}

  async execute({ refundId }: SubmitRefund): Promise<void> {
    const { id: paymentId, intentId, refunds } = await this.payments.get(await this.payments.idOfRefund(refundId));
    const refund = refunds.find(({ id }) => id === refundId);
    if (refund?.status !== 'requested' || intentId === null) return;
    try {
      const fact = await this.order(refund, intentId);
      await this.commands.execute(new LearnRefunds(paymentId, [fact]));
    } catch (error) {
      if (!(error instanceof CardRefused)) throw error;
      await this.payments.change(paymentId, (payment) => payment.failRefund(refundId, `${error.code}: ${error.message}`));
      this.alerts.raise('refund-failed', 'Stripe will not give money back', {
        paymentId,
        refundId,
        code: error.code,
        failure: error.message,
      });
    }
  }

  /** Under the same key until the key is of no more use; then only after a look whether it made something. */
  private async order(refund: RefundState, intentId: string): Promise<RefundFact> {
    const work: DueWork = { kind: 'submit-refund', subject: refund.id };
    const { id: refundId, paymentId, amount } = refund;
    const { attempt, age } = await this.dueRows.key(work);
    try {
      if (age > KEY_LIFE) throw new IdempotencyKeySpent('its answer may be forgotten');
      return await this.cards.refund({ intentId, refundId, paymentId, amount }, `refund:${refundId}:${attempt}`);
    } catch (error) {
      if (!(error instanceof IdempotencyKeySpent || error instanceof CardRefused)) throw error;
      const made = await this.look(refund, intentId);
      if (made !== null) return made;
      if (error instanceof CardRefused) throw error;
      await this.dueRows.nextKey(work, attempt);
      return this.order(refund, intentId);
    }
  }

  private async look({ id, failedStripeRefundIds }: RefundState, intentId: string): Promise<RefundFact | null> {
    const facts = await this.cards.refundsOf(intentId);
    return facts.find(({ refundId, stripeRefundId }) => refundId === id && !failedStripeRefundIds.includes(stripeRefundId)) ?? null;
  }
}
