import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Alerts } from '@app/kernel/alerts.js';
import { Database } from '@app/platform/persistence/database.js';
import type { IntentFact, RefundFact } from '../../domain/stripe-facts.js';
import { CardPayments } from '../../domain/card-payments.js';
import { DueRows } from '../../domain/due-rows.js';
import { LearnIntent } from './learn-intent.js';

const WITHIN = 3 * 24 * 3_600_000;

/** Goes through what Stripe's own books hold for the last three days and takes in whatever ours do not show. */
export class SweepRecentDays extends Command<void> {}

@CommandHandler(SweepRecentDays)
export class SweepRecentDaysHandler implements ICommandHandler<SweepRecentDays> {
  constructor(
    private readonly database: Database,
    private readonly cards: CardPayments,
    private readonly dueRows: DueRows,
    private readonly commands: CommandBus,
    private readonly alerts: Alerts,
  ) {}

  async execute(): Promise<void> {
    for await (const intents of this.cards.recentIntents(WITHIN)) {
      for (const intent of await this.withoutBooked(intents)) await this.learn(intent);
    }
    for await (const refunds of this.cards.recentRefunds(WITHIN)) await this.list(await this.paymentsWithOther(refunds));
    // A bank may take longer than three days.
    await this.list(await this.paymentsWaiting());
  }

  /** An intent with our metadata but without a payment is told of and left alone: it may belong to another installation on the same account. */
  private async learn(intent: IntentFact): Promise<void> {
    const { intentId, paymentId, status } = intent;
    const learned = await this.commands.execute(new LearnIntent(intent, 'stripe'));
    if (learned !== 'unknown' || paymentId === null || status === 'cancelled') return;
    this.alerts.raise('orphaned-intent', 'Stripe holds an intent of a payment nobody knows', { intentId, paymentId, status });
  }

  private async list(paymentIds: readonly string[]): Promise<void> {
    await this.dueRows.want(paymentIds.map((subject) => ({ kind: 'list-refunds', subject })));
  }

  private async withoutBooked(intents: readonly IntentFact[]): Promise<IntentFact[]> {
    const rows = await this.database.query<{ intentId: string }>(
      `SELECT intent_id FROM payments.payments p JOIN unnest($1::text[], $2::text[]) AS i (id, status) ON p.intent_id = i.id
       WHERE p.status = i.status OR p.status = 'succeeded'`,
      [intents.map(({ intentId }) => intentId), intents.map(({ status }) => status)],
    );
    const booked = new Set(rows.map(({ intentId }) => intentId));
    return intents.filter(({ intentId }) => !booked.has(intentId));
  }

  private async paymentsWithOther(refunds: readonly RefundFact[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT DISTINCT p.id FROM unnest($1::text[], $2::text[], $3::text[]) AS f (intent_id, refund_id, status)
       JOIN payments.payments p ON p.intent_id = f.intent_id
       LEFT JOIN payments.refunds r ON r.stripe_refund_id = f.refund_id
       WHERE r.status IS DISTINCT FROM f.status`,
      [refunds.map(({ intentId }) => intentId), refunds.map(({ stripeRefundId }) => stripeRefundId), refunds.map(({ status }) => status)],
    );
    return rows.map(({ id }) => id);
  }

  private async paymentsWaiting(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT DISTINCT payment_id AS id FROM payments.refunds WHERE status = 'submitted'`,
    );
    return rows.map(({ id }) => id);
  }
}
