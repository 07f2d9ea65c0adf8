import { newId } from '@app/kernel/id.js';
import { freshDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';
import { BROKER_KINDS, QUEUE, type ReactionsHarness, guest, openReactions } from './reactions-harness.js';

describe.each(BROKER_KINDS)('On %s, while dead letters cannot be stored', (kind) => {
  let harness: ReactionsHarness;
  let drop: () => Promise<void>;

  beforeEach(async () => {
    const database = await freshDatabase();
    drop = () => database.drop();
    harness = await openReactions({ kind, databaseUrl: database.url });
  });
  afterEach(async () => {
    await harness.close();
    await drop();
  });

  const count = async (table: string): Promise<number> => (await harness.database.query(`SELECT 1 FROM ${table}`)).length;

  it('other messages are handled, each delivered once, and the letter is kept', async () => {
    await harness.database.query('ALTER TABLE messaging.dead_letters RENAME TO hidden');
    await harness.broker.redeliver(QUEUE, newId(), 'not an event');
    await until(() => harness.deliveries() >= 1, { what: 'the message that dies' });
    await harness.broker.publish(Array.from({ length: 5 }, (_, i) => guest(`Guest ${i}`)));
    await until(async () => (await count('public.coats')) === 5, { what: 'every coat' });
    expect(harness.deliveries()).toBe(6);
    await harness.database.query('ALTER TABLE messaging.hidden RENAME TO dead_letters');
    // The broker kept in PostgreSQL delivers it again after its lease.
    if (kind === 'PostgreSQL') await harness.database.query('UPDATE messaging.deliveries SET available_at = clock_timestamp()');
    await until(async () => (await count('messaging.dead_letters')) === 1, { what: 'the dead letter' });
  }, 60_000);
});

describe('A message of the broker in PostgreSQL past its limit of deliveries', () => {
  it('a letter that cannot be stored costs those claimed with it no delivery', async () => {
    const database = await freshDatabase();
    const harness = await openReactions({ kind: 'PostgreSQL', databaseUrl: database.url });
    try {
      await harness.database.query('ALTER TABLE messaging.dead_letters RENAME TO hidden');
      const events = Array.from({ length: 4 }, (_, i) => guest(`Guest ${i}`));
      // One statement: they are claimed together.
      await harness.database.query(
        `INSERT INTO messaging.deliveries (queue, message_id, body, deliveries)
         SELECT $1, id, body, deliveries FROM unnest($2::uuid[], $3::text[], $4::int[]) AS m (id, body, deliveries)`,
        [QUEUE, [newId(), ...events.map(({ id }) => id)], ['{}', ...events.map((event) => JSON.stringify(event))], [50, 0, 0, 0, 0]],
      );
      await until(async () => (await harness.database.query('SELECT 1 FROM public.coats')).length === 4, { what: 'every coat' });
      expect(harness.deliveries()).toBe(4);
    } finally {
      await harness.close();
      await database.drop();
    }
  }, 60_000);
});
