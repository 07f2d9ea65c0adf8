import fc from 'fast-check';
import { MovieAdded, MovieChanged } from '@app/contracts/movies.js';
import { DisputeClosed, PaymentRefunded, PaymentSucceeded, RefundFailed, UnexpectedMoneyReceived } from '@app/contracts/payments.js';
import { HoldExpired, ReservationCancelled, ReservationConfirmed } from '@app/contracts/reservations.js';
import { TheatreChanged, TheatreOpened } from '@app/contracts/rooms.js';
import { ShowtimeCancelled, ShowtimeChanged, ShowtimeScheduled } from '@app/contracts/showtimes.js';
import { newId } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { type Reaction, subscriptionOf } from '@app/platform/messaging/subscribe.js';
import { reportsReactions } from '../../../libs/reports/src/application/reports-reactions.js';
import { PostgresReportFacts } from '../../../libs/reports/src/infrastructure/postgres-report-facts.js';
import { AT, EVENTS, IDS } from '../../../libs/reports/src/testing/events.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const TABLES = ['movies', 'theatres', 'showtimes', 'reservations', 'money'];

/** What may happen to one aggregate, in order. */
const HISTORIES = [
  [MovieAdded, MovieChanged],
  [TheatreOpened, TheatreChanged],
  [ShowtimeScheduled, ShowtimeChanged, ShowtimeCancelled],
  [HoldExpired, ReservationConfirmed, ReservationCancelled],
  [PaymentSucceeded, UnexpectedMoneyReceived, PaymentRefunded, RefundFailed, PaymentRefunded, DisputeClosed],
];

const MESSAGES = HISTORIES.flatMap((history) =>
  history.map((type, index) => {
    const event = EVENTS.find(([{ constructor }]) => constructor === type)?.[0];
    const reaction = reportsReactions.find((candidate) => subscriptionOf(candidate)?.event === type);
    if (event === undefined || reaction === undefined) throw new Error(`Nothing is known of ${type.type}`);
    return { event, reaction, context: { id: newId(), subject: IDS.event, sequence: index + 1, time: AT, correlationId: null } };
  }),
);

describe('Facts of reports', () => {
  let system: InProcessSystem;
  let facts: PostgresReportFacts;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    facts = new PostgresReportFacts(system.api.get(Database));
  }, 60_000);
  afterAll(() => system?.close());

  async function rowsAfter(messages: readonly (typeof MESSAGES)[number][]) {
    await system.sql(`TRUNCATE ${TABLES.map((table) => `reports.${table}`).join(', ')}`);
    for (const { event, reaction, context } of messages) await (new reaction(facts) as Reaction).handle(event, context);
    return Promise.all(TABLES.map((table) => system.sql(`SELECT to_jsonb(t) AS fact FROM reports.${table} t ORDER BY t::text`)));
  }

  it('any order with repetitions gives the same rows as in order', async () => {
    const inOrder = await rowsAfter(MESSAGES);
    expect(inOrder.map((rows) => rows.length)).toEqual([1, 1, 1, 1, 4]);
    const disorder = fc
      .tuple(fc.array(fc.constantFrom(...MESSAGES), { maxLength: 10 }))
      .chain(([repeated]) => fc.shuffledSubarray([...MESSAGES, ...repeated], { minLength: MESSAGES.length + repeated.length }));
    await fc.assert(
      fc.asyncProperty(disorder, async (messages) => {
        expect(await rowsAfter(messages)).toEqual(inOrder);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
