/** Invariants of money that is owed (M7, M8). They are computed from reservations, outcomes and showtimes, not from events. */

/** A reservation `r` of the showtime `s` that was live when the showtime was moved, or made on its old terms after that. */
const LIVE_AT_MOVE = `(r.showtime_version < s.moved_version AND (r.ended_at IS NULL OR r.ended_at >= s.moved_at))`;

/** What a reservation owes for its own payment, besides what was paid above its total, because its seats were changed for cheaper ones. The policy is applied anew; what an admin granted is taken from the row. */
const OWED = `CASE
  WHEN s.status = 'cancelled' OR ${LIVE_AT_MOVE} THEN r.total
  WHEN r.status <> 'cancelled' THEN 0
  WHEN r.end_reason = 'cancelled-by-customer' THEN greatest(r.refund_due, CASE WHEN r.ended_at < r.refund_until THEN r.total END)
  WHEN r.end_reason = 'cancelled-by-admin' THEN r.refund_due
  ELSE r.total END`;

/** What banks keep of a payment `p` by lost disputes. What was requested before such a decision stays requested. */
export const LOST = `(SELECT coalesce(sum(coalesce(lost, CASE WHEN status = 'lost' THEN amount ELSE 0 END)), 0) FROM payments.disputes d WHERE d.payment_id = p.id)`;

/** What is owed of a payment `p` and Stripe does not give back, because a bank took a part of it: somebody must give it back in another way. */
export const REFUSED = `(SELECT coalesce(sum(amount), 0) FROM payments.refunds f WHERE f.payment_id = p.id AND f.status = 'failed' AND f.paid_out_at IS NULL AND f.reason NOT IN ('external', 'goodwill')
  AND EXISTS (SELECT FROM payments.disputes d WHERE d.payment_id = p.id AND d.status = 'lost'))`;

/** What Stripe gave back of a refund, or will. The staff may have paid something out in another way, besides that. */
const BY_STRIPE = `CASE WHEN status = 'failed' THEN 0 ELSE amount END`;

/** What the staff paid out of a payment `p` while the money stayed at Stripe. */
const PAID_OUT = `(SELECT coalesce(sum(paid_out_amount), 0) FROM payments.refunds f WHERE f.payment_id = p.id AND status = 'failed')`;

/** Each statement returns one row a breach. */
export const OWED_INVARIANTS: Readonly<Record<string, string>> = {
  // Nothing is kept for a cancelled showtime, nor from a reservation that was live when its showtime was moved.
  M7: `SELECT format('reservation %s of a showtime that is %s keeps %s', r.id, CASE s.status WHEN 'cancelled' THEN 'cancelled' ELSE 'moved' END, kept) AS breach
       FROM reservations.reservations r JOIN showtimes.showtimes s ON s.id = r.showtime_id
       CROSS JOIN LATERAL (SELECT coalesce(sum(captured - refunded - ${LOST} - ${REFUSED} - ${PAID_OUT}), 0) AS kept FROM payments.payments p WHERE p.reservation_id = r.id) money
       WHERE (s.status = 'cancelled' OR ${LIVE_AT_MOVE}) AND kept > 0`,
  // What is owed for a payment equals the refunds requested for it. Goodwill and external refunds are apart, and reduce what is left.
  M8: `SELECT format('payment %s of reservation %s owes %s and %s was requested', p.id, p.reservation_id, least(owed.amount, p.captured - apart), requested) AS breach
       FROM (SELECT r.payment_id, ${OWED} + (SELECT amount FROM payments.payments WHERE id = r.payment_id) - r.total AS amount,
                    ARRAY['reservation-cancelled', 'showtime-cancelled', 'showtime-moved', 'seats-changed'] AS reasons FROM reservations.reservations r JOIN showtimes.showtimes s ON s.id = r.showtime_id
             WHERE r.payment_id IS NOT NULL
             UNION ALL
             SELECT o.payment_id, (SELECT amount FROM payments.payments WHERE id = o.payment_id), ARRAY['payment-came-too-late', 'surplus-payment'] FROM reservations.payment_outcomes o JOIN reservations.reservations r ON r.id = o.reservation_id
             WHERE o.outcome IN ('surplus', 'too-late')) owed
       JOIN payments.payments p ON p.id = owed.payment_id
       CROSS JOIN LATERAL (
         SELECT coalesce(sum(coalesce(paid_out_amount, amount)) FILTER (WHERE reason = ANY (owed.reasons)), 0) AS requested,
                coalesce(sum(CASE WHEN reason IN ('external', 'goodwill') THEN ${BY_STRIPE} + coalesce(paid_out_amount, 0) WHEN paid_out_at IS NOT NULL THEN ${BY_STRIPE} ELSE 0 END), 0) AS apart
         FROM payments.refunds f WHERE f.payment_id = p.id) refunds
       WHERE requested > least(owed.amount, p.captured - apart) OR requested < least(owed.amount, p.captured - apart - ${LOST})`,
};
