import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { StripeDifferencesBetween, type StripeDifferenceView } from '@app/contracts/payment-accounts.js';
import { Database } from '@app/platform/persistence/database.js';

interface Row {
  readonly kind: StripeDifferenceView['kind'];
  readonly stripeEventId: string;
  readonly type: string;
  readonly paymentId: string | null;
  readonly reservationId: string | null;
  readonly saidAmount: number | null;
  readonly saidCurrency: string | null;
  readonly recordedAmount: number | null;
  readonly recordedCurrency: string | null;
}

/** An event may hold anything: what is no UUID or no amount is null. */
const uuid = (json: string): string => `CASE WHEN ${json} ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN (${json})::uuid END`;
const amount = (json: string): string => `CASE WHEN ${json} ~ '^[0-9]{1,9}$' THEN (${json})::int END`;

const EVENTS = `SELECT e.id, e.type, e.status, e.received_at, e.occurred_at, e.body #> '{data,object}' AS object
  FROM payments.stripe_events e WHERE e.received_at >= $1 AND e.received_at < $2`;
const WAITING = `('received', 'checking', 'failed', 'parked')`;
/** The id of an object, or an expanded object. */
const INTENT = `coalesce(e.object #>> '{payment_intent,id}', e.object ->> 'payment_intent')`;

const UNAPPLIED = `
  SELECT 'event' AS kind, e.id, e.type, p.id AS payment_id, p.reservation_id, NULL::int AS said_amount, NULL AS said_currency,
    NULL::int AS recorded_amount, NULL AS recorded_currency
  FROM (${EVENTS} AND e.status IN ${WAITING}) e
  LEFT JOIN payments.payments p ON p.intent_id = CASE WHEN e.type LIKE 'payment_intent.%' THEN e.object ->> 'id' ELSE ${INTENT} END
  ORDER BY e.received_at, e.id LIMIT $3`;

/** The payment is the one with the intent; where none has it, the one that the intent names. */
const MONEY = `
  SELECT 'money', e.id, e.type, p.id, p.reservation_id, said, upper(e.object ->> 'currency'), CASE WHEN own.id IS NULL THEN 0 ELSE own.captured END, p.captured_currency
  FROM (${EVENTS} AND e.type = 'payment_intent.succeeded' AND e.status NOT IN ${WAITING} AND e.body IS NOT NULL) e
  CROSS JOIN LATERAL (SELECT ${amount(`e.object ->> 'amount_received'`)} AS said) s
  LEFT JOIN payments.payments own ON own.intent_id = e.object ->> 'id'
  JOIN payments.payments p ON p.id = coalesce(own.id, ${uuid(`e.object #>> '{metadata,paymentId}'`)})
  WHERE own.id IS NULL OR own.captured IS DISTINCT FROM said OR own.captured_currency <> upper(e.object ->> 'currency')
  ORDER BY e.received_at, e.id LIMIT $3`;

/**
 * A refund only moves on: what we know may be newer than the event. One of our refunds may have several of Stripe's, all but the last failed. Of one that
 * the staff paid out, the amount is what was left of it.
 */
const REFUNDS = `
  SELECT 'refund', id, type, payment_id, reservation_id, said, currency, recorded, captured_currency FROM (
    SELECT DISTINCT ON (e.object ->> 'id') e.id, e.type, e.received_at, p.id AS payment_id, p.reservation_id, p.captured_currency,
      ${amount(`e.object ->> 'amount'`)} AS said, upper(e.object ->> 'currency') AS currency, coalesce(r.amount, 0) AS recorded
    FROM (${EVENTS} AND e.type IN ('charge.refund.updated', 'refund.created', 'refund.updated', 'refund.failed') AND e.status NOT IN ${WAITING} AND e.body IS NOT NULL) e
    JOIN payments.payments p ON p.intent_id = ${INTENT}
    LEFT JOIN payments.refunds r ON r.payment_id = p.id AND r.stripe_refund_id = e.object ->> 'id'
    WHERE NOT EXISTS (
        SELECT FROM payments.refunds f WHERE f.payment_id = p.id AND f.failed_stripe_refund_ids ? (e.object ->> 'id'))
      AND (r.id IS NULL OR (r.amount IS DISTINCT FROM ${amount(`e.object ->> 'amount'`)} AND r.paid_out_at IS NULL)
        OR CASE WHEN e.object ->> 'status' IN ('failed', 'canceled') THEN r.status <> 'failed'
                WHEN e.object ->> 'status' = 'succeeded' THEN r.status NOT IN ('succeeded', 'failed')
                ELSE r.status = 'requested' END)
    ORDER BY e.object ->> 'id', e.occurred_at DESC) differing
  ORDER BY received_at, id LIMIT $3`;

@QueryHandler(StripeDifferencesBetween)
export class StripeDifferencesBetweenHandler implements IQueryHandler<StripeDifferencesBetween> {
  constructor(private readonly database: Database) {}

  async execute({ from, until, limit }: StripeDifferencesBetween): Promise<{ differences: StripeDifferenceView[]; checked: number }> {
    const rows = await this.database.query<Row>(
      `SELECT kind, id AS stripe_event_id, type, payment_id, reservation_id, said_amount, said_currency, recorded_amount, recorded_currency
       FROM ((${UNAPPLIED}) UNION ALL (${MONEY}) UNION ALL (${REFUNDS})) differing`,
      [from, until, limit],
    );
    const [events] = await this.database.query<{ checked: number }>(
      `SELECT count(*)::int AS checked FROM payments.stripe_events WHERE received_at >= $1 AND received_at < $2`,
      [from, until],
    );
    return { differences: rows.map(viewOf), checked: events?.checked ?? 0 };
  }
}

function viewOf({ saidAmount, saidCurrency, recordedAmount, recordedCurrency, ...row }: Row): StripeDifferenceView {
  const money = (sum: number | null, currency: string | null) => (sum === null || currency === null ? null : { amount: sum, currency });
  return { ...row, said: money(saidAmount, saidCurrency), recorded: money(recordedAmount, recordedCurrency) };
}
