/** Who gets in at each route, as it is meant to be: compared with the routes that there are, and with what they answer. Add yours. */

export const PEOPLE = [
  'nobody',
  'expired token',
  'deactivated user',
  'another customer',
  'owner',
  'box office',
  'reporting',
  'machine',
  'admin',
] as const;
export type Person = (typeof PEOPLE)[number];

/** `in`: neither refused nor hidden. 401: not known. 403: known, without the right. 404: it is not there for this person. */
export type Outcome = 'in' | 401 | 403 | 404;

/** Sent where an empty body is refused before anybody looks whose it is. */
export const BODIES: Readonly<Record<string, object>> = { 'PUT /reservations/:id/seats': { seats: ['J19'] } };

/** Another type is refused before anybody looks who asks. */
export const FORMS: ReadonlySet<string> = new Set(['POST /movies/:id/poster']);

/** A machine has an API key with every scope: a bad token where none of them is accepted. */
const UNKNOWN: readonly Person[] = ['nobody', 'expired token', 'deactivated user', 'machine'];

/** Each kind of route: who gets in, and how those are refused that are known. */
const KINDS = {
  everybody: { in: PEOPLE, others: 403 },
  /** A token that is not valid is refused, none at all is not. */
  'everybody, by a good token if any': {
    in: PEOPLE.filter((person) => !['expired token', 'deactivated user', 'machine'].includes(person)),
    others: 403,
  },
  'logged-in users': { in: PEOPLE.filter((person) => !UNKNOWN.includes(person)), others: 403 },
  'the owner': { in: ['owner'], others: 404 },
  'box office and admins': { in: ['box office', 'admin'], others: 403 },
  'reporting and admins': { in: ['reporting', 'admin'], others: 403 },
  'machines and admins': { in: ['machine', 'admin'], others: 403 },
  admins: { in: ['admin'], others: 403 },
} as const satisfies Record<string, { in: readonly Person[]; others: Outcome }>;
type Kind = keyof typeof KINDS;

const ROUTES: Readonly<Record<Kind, readonly string[]>> = {
  everybody: [
    'GET /',
    'GET /healthz',
    'GET /readyz',
    'GET /docs',
    'GET /docs/start.js',
    'GET /docs/swagger-ui.css',
    'GET /docs/swagger-ui-bundle.js',
    'GET /docs/favicon-32x32.png',
    'GET /docs/openapi.json',
    'GET /docs/openapi.yaml',
    'GET /docs/events',
    'GET /docs/events/asyncapi.json',
    'GET /redoc',
    'GET /redoc/redoc.standalone.js',
    'GET /problems',
    'GET /problems/:code',
    'OPTIONS *',
    'GET /sandbox/clock',
    'POST /sandbox/clock/advance',
    'DELETE /sandbox/clock',
    'POST /auth/register',
    'POST /auth/login',
    'POST /auth/access-token',
    'POST /auth/refresh',
    'POST /auth/logout',
    'POST /auth/password-reset',
    'POST /auth/password-reset/confirm',
    'POST /auth/email-verification',
    'POST /auth/verify-email',
    'GET /genres',
    'GET /genres/:id',
    'GET /movies',
    'GET /movies/:id',
    'GET /movies/:id/poster',
    'GET /movies/:id/showtimes',
    'GET /theatres',
    'GET /theatres/:id',
    'GET /theatres/:id/programme',
    'GET /rooms',
    'GET /rooms/:id',
    'GET /showtimes',
    'GET /showtimes/:id',
    'POST /showtimes/:id/quote',
    'POST /showtimes/:id/best-seats',
    'POST /webhooks/stripe',
  ],
  'everybody, by a good token if any': ['GET /showtimes/:id/seats'],
  'logged-in users': [
    'GET /auth/me',
    'PATCH /auth/me',
    'PUT /auth/me/password',
    'DELETE /auth/me',
    'GET /reservations',
    'POST /reservations',
  ],
  'the owner': [
    'GET /reservations/:id',
    'GET /reservations/:id/cancellation',
    'GET /reservations/:id/payments',
    'GET /reservations/:id/payments/:paymentId',
    'POST /reservations/:id/payment',
    'POST /reservations/:id/extend',
    'PUT /reservations/:id/seats',
    'DELETE /reservations/:id',
  ],
  'box office and admins': [
    'GET /admin/reservations',
    'GET /admin/reservations/:id',
    'GET /admin/reservations/:id/timeline',
    'POST /admin/reservations/:id/cancel',
    'POST /admin/check-ins',
    'POST /admin/showtimes/:id/no-shows',
    'GET /admin/showtimes/:id/cancellation',
    'GET /admin/payments',
    'GET /admin/payments/:id',
    'GET /admin/refunds',
    'GET /admin/refunds/:id',
  ],
  'reporting and admins': [
    'GET /admin/reports/capacity',
    'GET /admin/reports/revenue',
    'GET /admin/reports/popular-movies',
    'GET /admin/reports/reconciliation',
  ],
  'machines and admins': ['GET /events'],
  admins: [
    'GET /users',
    'GET /users/:id',
    'POST /users/:id/promote',
    'POST /users/:id/demote',
    'POST /users/:id/deactivate',
    'POST /users/:id/activate',
    'PUT /users/:id/roles/:role',
    'DELETE /users/:id/roles/:role',
    'POST /genres',
    'PATCH /genres/:id',
    'DELETE /genres/:id',
    'POST /movies',
    'PATCH /movies/:id',
    'DELETE /movies/:id',
    'PUT /movies/:id/genres/:genreId',
    'DELETE /movies/:id/genres/:genreId',
    'POST /movies/:id/poster',
    'DELETE /movies/:id/poster',
    'POST /theatres',
    'PATCH /theatres/:id',
    'POST /theatres/:id/rooms',
    'PATCH /rooms/:id',
    'DELETE /rooms/:id',
    'PUT /rooms/:id/seat-plan',
    'POST /showtimes',
    'POST /showtimes/import',
    'PATCH /showtimes/:id',
    'DELETE /showtimes/:id',
    'GET /admin/api-keys',
    'GET /admin/api-keys/:id',
    'POST /admin/api-keys',
    'DELETE /admin/api-keys/:id',
    'GET /admin/webhook-endpoints',
    'POST /admin/webhook-endpoints',
    'GET /admin/webhook-endpoints/:id',
    'PATCH /admin/webhook-endpoints/:id',
    'DELETE /admin/webhook-endpoints/:id',
    'POST /admin/webhook-endpoints/:id/rotate-secret',
    'POST /admin/webhook-endpoints/:id/enable',
    'POST /admin/webhook-endpoints/:id/test',
    'POST /admin/webhook-endpoints/:id/replay',
    'GET /admin/webhook-endpoints/:id/deliveries',
    'GET /admin/webhook-endpoints/:id/deliveries/:deliveryId',
    'POST /admin/webhook-endpoints/:id/deliveries/:deliveryId/replay',
    'GET /admin/audit-trail',
    'GET /admin/dead-letters',
    'GET /admin/dead-letters/:id',
    'POST /admin/dead-letters/redrive',
    'POST /admin/dead-letters/dismiss',
    'GET /admin/outbox',
    'GET /admin/outbox/:id',
    'POST /admin/outbox/release',
    'POST /admin/outbox/:id/release',
    'GET /admin/mails',
    'GET /admin/mails/:id',
    'POST /admin/mails/:id/retry',
    'GET /admin/stripe-events',
    'GET /admin/stripe-events/:id',
    'POST /admin/stripe-events/:id/replay',
    'POST /admin/stripe-events/:id/dismiss',
    'GET /admin/webhooks',
    'POST /admin/webhooks/:id/replay',
    'POST /admin/payments/:id/refunds',
    'POST /admin/payments/:id/reconcile',
    'POST /admin/reservations/:id/reconcile',
    'POST /admin/refunds/retry',
    'POST /admin/refunds/:id/retry',
    'POST /admin/refunds/:id/paid-out',
  ],
};

/** Of the process of `make start` alone, where everybody gets in. */
export const STANDALONE_ROUTES = ['GET /sandbox/mails', 'GET /sandbox/mails/:id'];

/** Of the worker, for everybody who reaches its port. The port of the metrics has `GET /metrics` alone: see the suite of the metrics. */
export const WORKER_ROUTES = ['GET /healthz', 'GET /readyz'];

export const MATRIX: ReadonlyMap<string, Kind> = new Map(
  (Object.entries(ROUTES) as [Kind, readonly string[]][]).flatMap(([kind, routes]) => routes.map((route) => [route, kind] as const)),
);

export function expectedOutcome(kind: Kind, person: Person): Outcome {
  const { in: admitted, others } = KINDS[kind];
  if ((admitted as readonly Person[]).includes(person)) return 'in';
  return UNKNOWN.includes(person) ? 401 : others;
}
