import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import type { IntentFact } from '../../domain/stripe-facts.js';
import { CardPayments } from '../../domain/card-payments.js';
import { DueRows } from '../../domain/due-rows.js';
import { Payment } from '../../domain/payment.js';
import { Payments } from '../../domain/payments.js';

/** `unknown`: no payment of ours. `doubtful`: an event that does not fit, so Stripe itself must be asked. `surplus`: about a second intent. */
export type Learned = 'learned' | 'unknown' | 'doubtful' | 'surplus';

/** Takes in how an intent stands. An event is only believed where it says what we expect; what Stripe answers is believed always. */
export class LearnIntent extends Command<Learned> {
  constructor(
    readonly fact: IntentFact,
    readonly source: 'event' | 'stripe',
  ) {
    super();
  }
}

@CommandHandler(LearnIntent)
export class LearnIntentHandler implements ICommandHandler<LearnIntent> {
  constructor(
    private readonly database: Database,
    private readonly payments: Payments,
    private readonly dueRows: DueRows,
    private readonly cards: CardPayments,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  async execute({ fact, source }: LearnIntent): Promise<Learned> {
    return this.database.transaction(async () => {
      const paymentId = await this.paymentOf(fact);
      if (paymentId === null) return 'unknown';
      const learned = await this.payments.change(paymentId, (payment) =>
        payment.isOfAnotherIntent(fact.intentId) ? null : this.learn(payment, fact, source),
      );
      return learned ?? this.learnSecond(paymentId, fact, source);
    });
  }

  private async paymentOf({ paymentId, intentId }: IntentFact): Promise<string | null> {
    if (paymentId !== null && (await this.payments.has(paymentId))) return paymentId;
    return this.payments.idOfIntent(intentId);
  }

  private learn(payment: Payment, fact: IntentFact, source: 'event' | 'stripe'): Learned {
    if (!this.isAsAsked(payment, fact)) {
      if (source === 'event') return 'doubtful';
      this.learnWrong(payment, fact);
    } else if (fact.status === 'open') payment.open(fact.intentId);
    else if (fact.status === 'failed') payment.fail(fact.intentId, fact.declineReason);
    else if (fact.status === 'cancelled') payment.cancel(fact.intentId);
    else payment.receive(fact.intentId, fact.amount, this.clock.now());
    return 'learned';
  }

  private isAsAsked({ price }: Payment, { amount, received, status, livemode }: IntentFact): boolean {
    const isRightPrice = amount.amount === price.amount && amount.currency === price.currency;
    return isRightPrice && (status !== 'succeeded' || received === amount.amount) && livemode === this.cards.livemode;
  }

  /** Somebody changed the intent at Stripe: nobody may pay it, and what was paid goes back. */
  private learnWrong(payment: Payment, { intentId, status, received, amount }: IntentFact): void {
    if (status === 'cancelled') payment.cancel(intentId);
    else if (status === 'succeeded') payment.receiveUnexpected(intentId, { ...amount, amount: received }, 'wrong-amount', this.clock.now());
    else payment.abandon(intentId);
    if (!payment.hasChanged) return;
    this.alerts.raise('payment-wrong-amount', 'An intent does not ask for the price of its reservation', {
      paymentId: payment.id,
      intentId,
      status,
    });
  }

  /** The payment itself stays locked while its second intent gets a row of its own, so that it gets only one. */
  private async learnSecond(paymentId: string, fact: IntentFact, source: 'event' | 'stripe'): Promise<Learned> {
    const { intentId, status } = fact;
    if (status === 'cancelled' || (await this.payments.idOfIntent(intentId)) !== null) return 'surplus';
    if (status !== 'succeeded') await this.dueRows.want([{ kind: 'cancel-intent', subject: intentId }]);
    else if (source === 'event') return 'doubtful';
    else await this.addSurplus(paymentId, fact);
    this.alerts.raise('orphaned-intent', 'A payment has a second intent', { paymentId, intentId, status });
    return 'surplus';
  }

  private async addSurplus(paymentId: string, { intentId, amount, received }: IntentFact): Promise<void> {
    const first = await this.payments.get(paymentId);
    await this.payments.add(Payment.surplus(first, intentId, { ...amount, amount: received }, this.clock.now()));
  }
}
