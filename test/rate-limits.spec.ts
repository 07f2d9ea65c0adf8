/** Every route that changes something either has a limit, or asks no other server while it or its jobs are worked on more than once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** They ask the database alone, or at most once for each thing that they change: a cancelled reservation is refunded once. */
const WITHOUT_LIMIT = [
  ...['addGenre', 'addMovie', 'changeMovie', 'linkGenre', 'removeGenre', 'removePoster', 'renameGenre', 'retireMovie', 'unlinkGenre'],
  ...['changeRoom', 'changeTheatre', 'closeRoom', 'layOutSeats', 'openRoom', 'openTheatre'],
  ...['cancelShowtime', 'changeShowtime', 'importSchedule', 'quoteSeats', 'scheduleShowtime', 'suggestSeats'],
  ...['cancelReservation', 'cancelReservationAsAdmin', 'checkInCustomer', 'extendHold', 'markNoShows', 'reconcileReservation'],
  ...[
    'activateUser',
    'changeProfile',
    'createApiKey',
    'deactivateUser',
    'demoteUser',
    'giveRole',
    'promoteUser',
    'revokeApiKey',
    'takeRole',
  ],
  ...['deleteWebhookEndpoint', 'rotateWebhookSecret'],
  ...['dismissDeadLetters', 'dismissStripeEvent'],
  // Our own broker, for an admin who sees each message.
  ...['redriveDeadLetters', 'releaseOutboxRow', 'releaseOutboxRows'],
  // Stripe's own: a limit would lose events. Its signature is checked before anything is asked.
  'receiveStripeWebhook',
  // Sandboxes only.
  ...['advanceClock', 'resetClock'],
];

/** The API document has 429 where `@RateLimited` stands, and nowhere else. */
function operationsWithoutLimit(paths: Paths): string[] {
  return Object.values(paths).flatMap((methods) =>
    Object.entries(methods).flatMap(([method, { operationId, responses }]) =>
      method === 'get' || '429' in responses ? [] : [operationId],
    ),
  );
}

describe('Limits on callers', () => {
  it('every operation that costs a call to another server has a limit', () => {
    const { paths } = JSON.parse(readFileSync(join(import.meta.dirname, '../docs/openapi.json'), 'utf8')) as { paths: Paths };
    expect(operationsWithoutLimit(paths).filter((id) => !WITHOUT_LIMIT.includes(id))).toEqual([]);
  });

  it('an operation without a limit is found', () => {
    const operation = { operationId: 'askStripe', responses: {} };
    expect(operationsWithoutLimit({ '/some': { get: operation, post: operation } })).toEqual(['askStripe']);
    expect(operationsWithoutLimit({ '/some': { post: { ...operation, responses: { 429: {} } } } })).toEqual([]);
  });
});
