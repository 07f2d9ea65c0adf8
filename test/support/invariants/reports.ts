/** Invariants of reports (R): they equal a recount of reservations and payments. Each statement returns one row a breach. */
export const REPORT_INVARIANTS: Readonly<Record<string, string>> = {
  // R1, seats: a showtime sold the seats of its confirmed and completed reservations.
  R1: `SELECT format('showtime %s sold %s seats, the reports say %s', showtime_id, coalesce(counted, 0), coalesce(reported, 0)) AS breach
       FROM (SELECT showtime_id, sum(jsonb_array_length(seats)) AS counted FROM reservations.reservations
             WHERE status IN ('confirmed', 'completed') GROUP BY 1) c
       FULL JOIN (SELECT showtime_id, sum(seats_sold) AS reported FROM reports.reservations GROUP BY 1) r USING (showtime_id)
       WHERE coalesce(counted, 0) <> coalesce(reported, 0)
       UNION ALL
       SELECT format('payment %s: %s %s was kept, the reports say %s', payment_id, coalesce(kept, 0), currency, coalesce(reported, 0))
       FROM (SELECT payment_id, currency, sum(amount) AS kept
             FROM (SELECT id AS payment_id, captured_currency AS currency, captured - refunded AS amount FROM payments.payments WHERE captured > 0
                   UNION ALL SELECT payment_id, currency, -paid_out_amount FROM payments.refunds WHERE paid_out_at IS NOT NULL
                   UNION ALL SELECT payment_id, currency, -coalesce(lost, CASE WHEN status = 'lost' THEN amount ELSE 0 END) FROM payments.disputes) movements GROUP BY 1, 2) p
       FULL JOIN (SELECT payment_id, currency, sum(amount) AS reported FROM reports.money GROUP BY 1, 2) m USING (payment_id, currency)
       WHERE coalesce(kept, 0) <> coalesce(reported, 0)`,
};
