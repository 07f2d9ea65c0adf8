import { setTimeout as pause } from 'node:timers/promises';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import {
  CardPayments,
  CardRefused,
  IdempotencyKeySpent,
  IdempotencyKeyInUse,
  type OpenedIntent,
  OutcomeUnknown,
} from '../../domain/card-payments.js';
import { DueRows, type DueWork } from '../../domain/due-rows.js';
import { AmountRefused } from '../../domain/errors.js';
import type { PaymentState } from '../../domain/payment.js';
import { Payments } from '../../domain/payments.js';
import { KEY_LIFE } from '../key-life.js';
import { LearnIntent } from './learn-intent.js';

/** Two asks at the same moment share a key; the second waits so long, so often, for the first one's answer. */
const BUSY_PAUSE = 250;
const BUSY_ASKS = 12;

/**
 * Makes sure that a payment's intent stands at Stripe, whoever began with it and died. Answers the intent, or null when the payment got along
 * without this. Throws `AmountRefused` (the payment is cancelled then), `OutcomeUnknown` after a second try, `TooManyCardRequests`.
 */
export class OpenPayment extends Command<OpenedIntent | null> {
  constructor(readonly paymentId: string) {
    super();
  }
}

@CommandHandler(OpenPayment)
export class OpenPaymentHandler implements ICommandHandler<OpenPayment> {
  constructor(
    private readonly payments: Payments,
    private readonly dueRows: DueRows,
    private readonly cards: CardPayments,
    private readonly commands: CommandBus,
    private readonly clock: Clock,
  ) {}

  async execute({ paymentId }: OpenPayment): Promise<OpenedIntent | null> {
    const work: DueWork = { kind: 'open-payment', subject: paymentId };
    let unknown = 0;
    let busy = 0;
    for (;;) {
      const payment = await this.payments.get(paymentId);
      if (payment.status !== 'created') return null;
      try {
        const intent = await this.make(payment, work);
        await this.commands.execute(new LearnIntent(intent, 'stripe'));
        await this.dueRows.done(work);
        return intent;
      } catch (error) {
        if (error instanceof CardRefused) return this.giveUp(paymentId, work);
        if (!(error instanceof OutcomeUnknown)) throw error;
        if (error instanceof IdempotencyKeyInUse ? ++busy > BUSY_ASKS : ++unknown > 1) throw error;
        if (error instanceof IdempotencyKeyInUse) await pause(BUSY_PAUSE);
      }
    }
  }

  /** Under the same key until the key is of no more use; then only after a look whether it made something. */
  private async make(payment: PaymentState, work: DueWork): Promise<OpenedIntent> {
    const { id, reservationId, amount, currency } = payment;
    const { attempt, age } = await this.dueRows.key(work);
    try {
      if (age > KEY_LIFE) throw new IdempotencyKeySpent('its answer may be forgotten');
      return await this.cards.createIntent({ paymentId: id, reservationId, amount: { amount, currency } }, `payment:${id}:${attempt}`);
    } catch (error) {
      if (!(error instanceof IdempotencyKeySpent || error instanceof CardRefused)) throw error;
      const made = await this.cards.findIntent(id, this.clock.now().getTime() - payment.createdAt.getTime());
      if (made !== null) return made;
      if (error instanceof CardRefused) throw error;
      await this.dueRows.nextKey(work, attempt);
      return this.make(payment, work);
    }
  }

  private async giveUp(paymentId: string, work: DueWork): Promise<never> {
    await this.payments.change(paymentId, (payment) => payment.cancel(null));
    await this.dueRows.done(work);
    throw new AmountRefused();
  }
}
