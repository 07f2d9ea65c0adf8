/** Money captured, refunded and owed, and how late Stripe events are applied. Amounts are minor units, as Stripe counts them. */
import { Injectable } from '@nestjs/common';
import { PaymentRefunded, PaymentSucceeded, RefundPaidOut, UnexpectedMoneyReceived } from '@app/contracts/payments.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { ContextMetrics, onEvent } from '@app/platform/telemetry/context-metrics.js';
import { counter } from '@app/platform/telemetry/metrics.js';
import { GONE, WAITS_FOR_PERSON } from '../application/queries/parts/money-gone.js';

const MAX_COUNTED_ROWS = 10_000;

const CAPTURED = counter('cinema_money_captured_total', 'Money that arrived, in minor units', ['currency']);
const REFUNDED = counter('cinema_money_refunded_total', 'Money that went back, in minor units', ['currency']);

interface Row {
  readonly name: 'owed' | 'refunds' | 'events' | 'parked';
  readonly label: string;
  readonly value: number;
  readonly oldestSeconds: number | null;
}

@Injectable()
export class PaymentsMetrics extends ContextMetrics {
  override readonly events = [
    onEvent(PaymentSucceeded, ({ amount: { amount, currency } }) => CAPTURED.inc({ currency }, amount)),
    onEvent(UnexpectedMoneyReceived, ({ amount: { amount, currency } }) => CAPTURED.inc({ currency }, amount)),
    onEvent(RefundPaidOut, ({ amount: { amount, currency } }) => REFUNDED.inc({ currency }, amount)),
    onEvent(PaymentRefunded, ({ amount: { amount, currency } }) => REFUNDED.inc({ currency }, amount)),
  ];
  readonly #owed = this.gauge('cinema_money_owed', 'Refunds that were requested and have not gone back, in minor units', ['currency']);
  readonly #refunds = this.gauge(
    'cinema_refunds_unfinished',
    'Refunds that have not gone back; failed ones, whose money is still here and was not paid out otherwise, wait for a person',
    ['status'],
  );
  readonly #events = this.gauge('cinema_stripe_events_unapplied', 'Stripe events that are not applied yet');
  readonly #lag = this.gauge('cinema_stripe_events_lag_seconds', 'How long the oldest Stripe event waits to be applied; 0: none does');
  readonly #parked = this.gauge('cinema_stripe_events_parked', 'Parked Stripe events, which wait for a person');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  async measure(): Promise<void> {
    const rows = await this.database.query<Row>(
      `WITH refunds AS MATERIALIZED (SELECT r.* FROM unnest(ARRAY['requested', 'submitted']) AS s (status) CROSS JOIN LATERAL (
           SELECT status, currency, amount FROM payments.refunds WHERE status = s.status LIMIT $2) AS r
         UNION ALL (SELECT r.status, r.currency, least(r.amount, p.captured - ${GONE}) FROM payments.refunds r JOIN payments.payments p ON p.id = r.payment_id
           WHERE ${WAITS_FOR_PERSON} LIMIT $2)),
       waiting AS MATERIALIZED (SELECT e.* FROM unnest(ARRAY['received', 'checking', 'failed']) AS s (status) CROSS JOIN LATERAL (
         SELECT received_at FROM payments.stripe_events WHERE status = s.status ORDER BY received_at LIMIT $2) AS e)
       SELECT 'owed' AS name, currency AS label, sum(amount)::bigint AS value, NULL::float AS oldest_seconds FROM refunds GROUP BY currency
       UNION ALL SELECT 'refunds', s.status, count(r.status), NULL
         FROM unnest(ARRAY['requested', 'submitted', 'failed']) AS s (status) LEFT JOIN refunds r ON r.status = s.status GROUP BY s.status
       UNION ALL SELECT 'events', '', count(*), extract(epoch FROM $1::timestamptz - min(received_at))::float FROM waiting
       UNION ALL SELECT 'parked', '', count(*), NULL FROM (SELECT FROM payments.stripe_events WHERE status = 'parked' LIMIT $2) AS parked`,
      [this.clock.now(), MAX_COUNTED_ROWS],
    );
    // A currency in which nothing is owed any more has no row.
    for (const { labels } of (await this.#owed.get()).values) this.#owed.set(labels as { currency: string }, 0);
    for (const row of rows) this.set(row);
  }

  private set({ name, label, value, oldestSeconds }: Row): void {
    if (name === 'owed') this.#owed.set({ currency: label }, value);
    else if (name === 'refunds') this.#refunds.set({ status: label }, value);
    else if (name === 'parked') this.#parked.set(value);
    else {
      this.#events.set(value);
      this.#lag.set(Math.max(0, oldestSeconds ?? 0));
    }
  }
}
