/** SQL of money that is not here any more, for statements of several files. */

/** What the bank keeps by a row of `payments.disputes`. Rows of releases before the last decision was kept have no `lost`. */
export const LOST = `coalesce(lost, CASE WHEN status = 'lost' THEN amount ELSE 0 END)`;

/** What of a payment `p` went back or is on its way, as `givenBackOf` counts it. */
const GIVEN_BACK = `(SELECT coalesce(sum(CASE WHEN status = 'failed' THEN 0 ELSE amount END + coalesce(paid_out_amount, 0)), 0) FROM payments.refunds WHERE payment_id = p.id)`;

/** With what was lost by disputes. Where that is all, a failed refund has nothing left to give back. */
export const GONE = `(${GIVEN_BACK}
  + (SELECT coalesce(sum(${LOST}), 0) FROM payments.disputes WHERE payment_id = p.id))`;

/** A refund `r` of a payment `p` that a person must retry or pay out: it failed, and its money is still here. */
export const WAITS_FOR_PERSON = `r.status = 'failed' AND r.paid_out_at IS NULL AND r.reason <> 'external' AND p.captured > ${GONE}`;
