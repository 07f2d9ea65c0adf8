/** Ids that are there, for the parameters of paths in the document: "Try it out" of Swagger UI sends what it shows. */
import type { PathExamples } from '@app/platform/http/document/path-examples.js';
import type { Database } from '@app/platform/persistence/database.js';
import { DEMO_CUSTOMER } from './demo-accounts.js';

const MOVIE = 'SELECT id FROM movies.movies ORDER BY poster_id IS NULL, id';
const OWN_RESERVATION = `
  SELECT id FROM reservations.reservations WHERE customer_id = (SELECT id FROM auth.users WHERE email = $1)
  ORDER BY status = 'confirmed' DESC, id DESC`;
const ENDPOINT = `
  SELECT id FROM subscriptions.webhook_endpoints AS endpoint WHERE status <> 'deleted'
  ORDER BY EXISTS (SELECT 1 FROM subscriptions.webhook_deliveries WHERE endpoint_id = endpoint.id) DESC, id DESC LIMIT 1`;

/** By the path up to its parameter, below the base of the API. */
const IDS: Readonly<Record<string, string>> = {
  '/movies/{id}': MOVIE,
  '/genres/{id}': 'SELECT id FROM movies.genres ORDER BY id',
  '/theatres/{id}': 'SELECT id FROM rooms.theatres ORDER BY id',
  '/rooms/{id}': 'SELECT id FROM rooms.rooms ORDER BY id',
  '/showtimes/{id}': `SELECT id FROM showtimes.showtimes ORDER BY status = 'scheduled' DESC, starts_at DESC, id`,
  '/reservations/{id}': OWN_RESERVATION,
  '/reservations/{id}/payments/{paymentId}': `SELECT id FROM payments.payments WHERE reservation_id = (${OWN_RESERVATION} LIMIT 1) ORDER BY id DESC`,
  '/users/{id}': 'SELECT id FROM auth.users ORDER BY id',
  '/admin/webhook-endpoints/{id}': ENDPOINT,
  '/admin/webhook-endpoints/{id}/deliveries/{deliveryId}': `
    SELECT id FROM subscriptions.webhook_deliveries WHERE endpoint_id = (${ENDPOINT}) ORDER BY id DESC`,
  '/admin/dead-letters/{id}': 'SELECT id FROM messaging.dead_letters ORDER BY id DESC',
  '/admin/outbox/{id}': 'SELECT id FROM messaging.outbox WHERE parked_at IS NOT NULL ORDER BY position DESC',
  '/admin/api-keys/{id}': 'SELECT id FROM auth.api_keys ORDER BY id DESC',
  '/admin/reservations/{id}': OWN_RESERVATION,
  '/admin/showtimes/{id}': 'SELECT showtime_id FROM reservations.cancellation_runs ORDER BY started_at DESC',
  '/admin/payments/{id}': 'SELECT id FROM payments.payments ORDER BY id DESC',
  '/admin/stripe-events/{id}': 'SELECT id FROM payments.stripe_events ORDER BY received_at DESC, id DESC',
  '/admin/refunds/{id}': 'SELECT id FROM payments.refunds ORDER BY id DESC',
  '/admin/mails/{id}': 'SELECT id FROM notifications.mails ORDER BY id DESC',
};

const SQL = Object.entries(IDS)
  .map(([path, ids]) => `SELECT '/api/v1${path}' AS path, (SELECT first.* FROM (${ids}) AS first LIMIT 1)::text AS id`)
  .join(' UNION ALL ');

export async function pathExamples(database: Database): Promise<PathExamples> {
  const rows = await database.query<{ path: string; id: string | null }>(SQL, [DEMO_CUSTOMER.email]);
  return Object.fromEntries(rows.map(({ path, id }) => [path, id]));
}
