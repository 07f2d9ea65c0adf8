/** What reactions must have done once they have received an event (E4). Each statement returns one row a breach. */

/** The last event of these types about each subject, if this reaction has received it. */
const lastReceived = (queue: string, ...types: string[]): string =>
  `SELECT DISTINCT ON (o.subject) o.* FROM messaging.outbox o
   JOIN messaging.inbox i ON i.message_id = o.id AND i.queue IN (${types.map((type) => `'${queue.replace('*', type)}'`).join(', ')})
   ORDER BY o.subject, o.sequence DESC`;

const MAILS = `
  SELECT format('reservation %s was confirmed and has %s mails about it', o.subject, mails) AS breach
  FROM messaging.outbox o JOIN messaging.inbox i ON i.message_id = o.id AND i.queue = 'notifications.mail-when-reservation-confirmed'
  CROSS JOIN LATERAL (SELECT count(*) AS mails FROM notifications.mails WHERE kind = 'reservation-confirmed' AND fact_id = o.subject::text) about
  -- Where mails are switched off there are none, and those of a person who was erased are gone.
  WHERE mails <> 1 AND EXISTS (SELECT FROM notifications.mails WHERE kind = 'reservation-confirmed')
    AND NOT EXISTS (SELECT FROM messaging.outbox e WHERE e.type = 'auth.user-erased.v1' AND e.data->>'userId' = o.data->>'customerId')`;

const CAPACITY = `
  SELECT format('showtime %s has %s seats at %s, the reports say %s at %s', o.subject, o.data->>'seats', o.data->>'startsAt', s.capacity, s.starts_at)
  FROM (${lastReceived('reports.count-capacity-when-*', 'showtime-scheduled', 'showtime-changed')}) o
  LEFT JOIN reports.showtimes s ON s.showtime_id = o.subject
  WHERE s.capacity IS DISTINCT FROM (o.data->>'seats')::int OR s.starts_at IS DISTINCT FROM (o.data->>'startsAt')::timestamptz`;

const CLOSED_SALES = `
  SELECT format('showtime %s was cancelled, its sales are %s and it has %s runs', o.subject, CASE WHEN s.closed THEN 'closed' ELSE 'open' END, runs)
  FROM (${lastReceived('reservations.close-sales-when-*', 'showtime-cancelled')}) o
  LEFT JOIN reservations.sales_statuses s ON s.showtime_id = o.subject
  CROSS JOIN LATERAL (SELECT count(*) AS runs FROM reservations.cancellation_runs r WHERE r.showtime_id = o.subject AND r.kind = 'cancelled') of_it
  WHERE s.closed IS NOT TRUE OR runs <> 1`;

export const EFFECTS = [MAILS, CAPACITY, CLOSED_SALES].join('\nUNION ALL\n');
