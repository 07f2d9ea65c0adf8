import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Alerts } from '@app/kernel/alerts.js';
import { Database } from '@app/platform/persistence/database.js';
import type { StripeFact, DisputeFact, IntentFact, RefundFact, RefundsChangedFact } from '../../domain/stripe-facts.js';
import { CardPayments, UnreadableEvent } from '../../domain/card-payments.js';
import { Disputes } from '../../domain/disputes.js';
import { DueRows, type DueWork } from '../../domain/due-rows.js';
import { RefundNotFound, WebhookNotFound } from '../../domain/errors.js';
import { Payments } from '../../domain/payments.js';
import { type StoredStripeEvent, StripeEvents, type StripeEventStatus } from '../../domain/stripe-events.js';
import { LearnIntent } from './learn-intent.js';
import { LearnRefunds } from './learn-refunds.js';

interface Outcome {
  readonly status: Exclude<StripeEventStatus, 'failed'>;
  readonly note: string | null;
}

const APPLIED: Outcome = { status: 'applied', note: null };
const NOT_OURS: Outcome = { status: 'ignored', note: 'not about a payment of ours' };

/** Applies a stored event; what goes wrong is kept with it and tried again, and takes nothing else with it. Throws `WebhookNotFound`. */
export class ApplyStripeEvent extends Command<void> {
  constructor(readonly eventId: string) {
    super();
  }
}

@CommandHandler(ApplyStripeEvent)
export class ApplyStripeEventHandler implements ICommandHandler<ApplyStripeEvent> {
  constructor(
    private readonly database: Database,
    private readonly stripeEvents: StripeEvents,
    private readonly payments: Payments,
    private readonly disputes: Disputes,
    private readonly dueRows: DueRows,
    private readonly cards: CardPayments,
    private readonly commands: CommandBus,
    private readonly alerts: Alerts,
  ) {}

  async execute({ eventId }: ApplyStripeEvent): Promise<void> {
    await this.database.transaction(async () => {
      const event = await this.stripeEvents.lock(eventId);
      if (event === null) throw new WebhookNotFound();
      try {
        const { status, note } = await this.database.savepoint(() => this.apply(event));
        await this.stripeEvents.mark(eventId, status, note);
      } catch (error) {
        await this.keep(event, error);
      }
    });
  }

  /** With the database away, this fails too, and Stripe hears 503. */
  private async keep({ id, type }: StoredStripeEvent, error: unknown): Promise<void> {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const isHopeless = error instanceof UnreadableEvent;
    if (isHopeless) await this.stripeEvents.mark(id, 'parked', reason);
    const parked = isHopeless || (await this.stripeEvents.fail(id, reason)).parked;
    if (parked) this.alerts.raise('webhook-parked', 'An event of Stripe could not be applied and waits for a person', { id, type, reason });
  }

  private async apply(event: StoredStripeEvent): Promise<Outcome> {
    const fact = this.cards.factOf(event);
    return fact === null ? { status: 'ignored', note: 'not a type that matters here' } : this.learn(event.id, fact);
  }

  private async learn(eventId: string, fact: StripeFact): Promise<Outcome> {
    switch (fact.kind) {
      case 'intent':
        return this.learnIntent(eventId, fact);
      case 'refund':
        return this.learnRefund(fact);
      case 'refunds-changed':
        return this.listRefunds(fact);
      case 'dispute':
        return this.recordDispute(fact);
    }
  }

  private async learnIntent(eventId: string, fact: IntentFact): Promise<Outcome> {
    const learned = await this.commands.execute(new LearnIntent(fact, 'event'));
    if (learned === 'unknown') return NOT_OURS;
    if (learned !== 'doubtful') return APPLIED;
    await this.dueRows.want([{ kind: 'check-event', subject: eventId }]);
    return { status: 'checking', note: 'does not say what we asked for' };
  }

  /** Only what Stripe says of a refund as we ordered it is taken from an event; for anything else the list is asked. */
  private async learnRefund(fact: RefundFact): Promise<Outcome> {
    const paymentId = await this.paymentOfRefund(fact);
    if (paymentId === null) return NOT_OURS;
    const isExpected = await this.payments.change(paymentId, (payment) => payment.expects(fact));
    if (isExpected) await this.commands.execute(new LearnRefunds(paymentId, [fact]));
    else await this.dueRows.want([listRefunds(paymentId)]);
    return APPLIED;
  }

  private async listRefunds({ intentId }: RefundsChangedFact): Promise<Outcome> {
    const paymentId = intentId === null ? null : await this.payments.idOfIntent(intentId);
    if (paymentId === null) return NOT_OURS;
    await this.dueRows.want([listRefunds(paymentId)]);
    return APPLIED;
  }

  private async recordDispute(fact: DisputeFact): Promise<Outcome> {
    const paymentId = fact.intentId === null ? null : await this.payments.idOfIntent(fact.intentId);
    if (paymentId === null) return NOT_OURS;
    const isNew = await this.disputes.record(fact, paymentId);
    if (isNew)
      this.alerts.raise('dispute-opened', 'A cardholder disputes a payment', { paymentId, disputeId: fact.disputeId, reason: fact.reason });
    return APPLIED;
  }

  private async paymentOfRefund({ intentId, refundId }: RefundFact): Promise<string | null> {
    const byIntent = intentId === null ? null : await this.payments.idOfIntent(intentId);
    if (byIntent !== null || refundId === null) return byIntent;
    try {
      return await this.payments.idOfRefund(refundId);
    } catch (error) {
      if (error instanceof RefundNotFound) return null;
      throw error;
    }
  }
}

function listRefunds(paymentId: string): DueWork {
  return { kind: 'list-refunds', subject: paymentId };
}
