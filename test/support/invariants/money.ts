/** Invariants of money (M): our rows and the ledger of the Stripe sandbox agree, and no money is kept without a reason. */
import type { SystemUnderTest } from '../invariants.js';
import { LOST, OWED_INVARIANTS, REFUSED } from './money-owed.js';
import type { StripeLedger } from './stripe-ledger.js';

/** Each statement returns one row a breach. */
export const PAYMENT_INVARIANTS: Readonly<Record<string, string>> = {
  // A payment refunds at most what it captured, and its sum equals its refunds.
  M5: `SELECT format('payment %s captured %s, refunded %s, and its refunds are %s', p.id, p.captured, p.refunded, refunds.all) AS breach
       FROM payments.payments p
       CROSS JOIN LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE status = 'succeeded'), 0) AS done,
                                  coalesce(sum(amount) FILTER (WHERE status <> 'failed'), 0) AS promised,
                                  coalesce(array_agg(amount || ' ' || status ORDER BY id), '{}') AS all
                           FROM payments.refunds r WHERE r.payment_id = p.id) refunds
       WHERE p.refunded > p.captured OR p.refunded <> refunds.done OR refunds.promised > p.captured`,
  ...OWED_INVARIANTS,
};

export async function moneyBreaches(system: SystemUnderTest, ledger: StripeLedger): Promise<string[]> {
  return [
    ...overRefundedCharges(ledger),
    ...(await reservationsWithWrongAmounts(system, ledger)),
    ...(await differentTotals(system, ledger)),
    ...(await differentSuccesses(system, ledger)),
  ];
}

/** M5 at Stripe: a charge refunds at most what it captured. */
function overRefundedCharges({ charges, refunds }: StripeLedger): string[] {
  return charges.flatMap((charge) => {
    const refunded = refunds
      .filter(({ payment_intent }) => payment_intent === charge.payment_intent)
      .reduce((sum, { amount }) => sum + amount, 0);
    if (refunded <= charge.amount_captured) return [];
    return [`M5 charge ${charge.id} captured ${charge.amount_captured} and Stripe gave back ${refunded}`];
  });
}

/** What somebody refunded directly at Stripe, or an admin as goodwill. It is counted apart, and reduces what is left for us to refund. */
const refundedApart = (payment: string): string =>
  `(SELECT coalesce(sum(CASE WHEN status = 'succeeded' THEN amount ELSE 0 END + coalesce(paid_out_amount, 0)), 0)::int FROM payments.refunds
    WHERE payment_id = ${payment} AND reason IN ('external', 'goodwill'))`;

/** What was owed, failed at Stripe, and was paid out by the staff: Stripe keeps that money. */
const paidOut = (payment: string): string =>
  `(SELECT coalesce(sum(paid_out_amount), 0)::int FROM payments.refunds
    WHERE payment_id = ${payment} AND status = 'failed' AND reason <> 'goodwill')`;

/** As `refundedApart`; and what a lost dispute keeps from going back, as far as it did not go back before. */
const keptFrom = (payment: string): string =>
  `(SELECT greatest(${refundedApart('p.id')}, least(${refundedApart('p.id')} + ${LOST} + ${REFUSED}, p.captured - coalesce((
      SELECT sum(amount) FROM payments.refunds f WHERE f.payment_id = p.id AND f.status = 'succeeded' AND f.reason NOT IN ('external', 'goodwill')), 0) - ${paidOut('p.id')}))
    FROM payments.payments p WHERE p.id = ${payment})`;

/** An account is a reservation and a currency. `due` is what the reservation may keep, `ours` what our payments kept. */
const ACCOUNTS = `
  SELECT account, sum(due)::int AS due, sum(ours)::int AS ours FROM (
    SELECT r.id || ' ' || lower(r.currency) AS account, 0 AS ours, CASE
      WHEN r.status IN ('confirmed', 'completed') THEN CASE WHEN r.change_refund > 0 THEN greatest(r.total, ${keptFrom('r.payment_id')}) ELSE r.total END
      WHEN r.status = 'cancelled' AND r.refund_due IS NOT NULL THEN greatest(r.total - r.refund_due, ${keptFrom('r.payment_id')})
      ELSE 0 END AS due
    FROM reservations.reservations r
    UNION ALL
    SELECT q.reservation_id || ' ' || lower(q.captured_currency), q.captured - coalesce((
      SELECT sum(amount) FROM payments.refunds f WHERE f.payment_id = q.id AND f.status = 'succeeded' AND f.reason NOT IN ('external', 'goodwill')), 0),
      CASE WHEN EXISTS (SELECT FROM reservations.reservations r WHERE r.payment_id = q.id) THEN 0 ELSE ${keptFrom('q.id')} END + ${paidOut('q.id')}
    FROM payments.payments q) booked
  GROUP BY account`;

/** M1: what a reservation keeps is what it may keep, in our rows and at Stripe. */
async function reservationsWithWrongAmounts(system: SystemUnderTest, { intents, charges, refunds }: StripeLedger): Promise<string[]> {
  const keptAtStripe = new Map<string, number>();
  const add = (intentId: string | null, currency: string, amount: number): void => {
    const reservationId = intents.get(intentId ?? '')?.metadata['reservationId'] ?? `unknown (${intentId})`;
    addTo(keptAtStripe, `${reservationId} ${currency}`, amount);
  };
  for (const { payment_intent, currency, amount_captured } of charges) add(payment_intent, currency, amount_captured);
  const goodwill = await system.sql<{ id: string }>(`SELECT id FROM payments.refunds WHERE reason = 'goodwill'`);
  const apart = new Set(goodwill.map(({ id }) => id));
  for (const { payment_intent, currency, amount, metadata } of refunds) {
    // A refund that somebody made at Stripe has no id of ours. It does not change the reservation, and neither does goodwill.
    const refundId = metadata['refundId'];
    if (refundId !== undefined && !apart.has(refundId)) add(payment_intent, currency, -amount);
  }
  const accounts = await system.sql<{ account: string; due: number; ours: number }>(ACCOUNTS);
  const known = new Set(accounts.map(({ account }) => account));
  return [
    ...accounts.flatMap(({ account, due, ours }) => {
      const stripe = keptAtStripe.get(account) ?? 0;
      if (due === ours && due === stripe) return [];
      return [`M1 reservation ${account}: ${due} is due, our rows say ${ours} was kept, Stripe's ledger ${stripe}`];
    }),
    ...[...keptAtStripe]
      .filter(([account, amount]) => !known.has(account) && amount !== 0)
      .map(([account, amount]) => `M1 reservation ${account}: our rows do not contain ${amount} of Stripe's ledger`),
  ];
}

/** M2: the sums over all payments agree, by currency. */
async function differentTotals(system: SystemUnderTest, { charges, refunds }: StripeLedger): Promise<string[]> {
  const keptAtStripe = new Map<string, number>();
  for (const { currency, amount_captured } of charges) addTo(keptAtStripe, currency, amount_captured);
  for (const { currency, amount } of refunds) addTo(keptAtStripe, currency, -amount);
  const rows = await system.sql<{ currency: string; kept: number }>(
    `SELECT lower(captured_currency) AS currency, sum(captured - refunded)::int AS kept FROM payments.payments GROUP BY 1`,
  );
  const keptByUs = new Map(rows.map(({ currency, kept }) => [currency, kept]));
  return [...new Set([...keptByUs.keys(), ...keptAtStripe.keys()])].flatMap((currency) => {
    const [ours, stripe] = [keptByUs.get(currency) ?? 0, keptAtStripe.get(currency) ?? 0];
    return ours === stripe ? [] : [`M2 our rows keep ${ours} ${currency} in all, Stripe's ledger ${stripe}`];
  });
}

/** M3: every succeeded intent has a succeeded payment, and every succeeded payment a succeeded intent. */
async function differentSuccesses(system: SystemUnderTest, { intents }: StripeLedger): Promise<string[]> {
  const payments = await system.sql<{ id: string; intent_id: string }>(
    `SELECT id, intent_id FROM payments.payments WHERE status = 'succeeded' AND intent_id IS NOT NULL`,
  );
  const paidIntents = new Set(payments.map(({ intent_id }) => intent_id));
  return [
    ...[...intents.values()]
      .filter(({ id, status }) => status === 'succeeded' && !paidIntents.has(id))
      .map(({ id }) => `M3 intent ${id} succeeded and has no payment`),
    ...payments
      .map(({ id, intent_id }) => ({ id, intent_id, status: intents.get(intent_id)?.status ?? 'not there' }))
      .filter(({ status }) => status !== 'succeeded')
      .map(({ id, intent_id, status }) => `M3 payment ${id} succeeded, its intent ${intent_id} is ${status}`),
  ];
}

function addTo(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}
