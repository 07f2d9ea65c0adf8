import { ProcessCancellationRuns } from '../../../libs/reservations/src/application/commands/process-cancellation-runs.js';
import { CancellationRuns } from '../../../libs/reservations/src/domain/cancellation-runs.js';
import { ConcurrencyFixture } from './concurrency-fixture.js';

describe('A reservation of a cancelled showtime that cannot be ended', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => (fixture = await ConcurrencyFixture.start()), 60_000);
  afterAll(() => fixture?.close());
  beforeEach(() => fixture.createShowtime());

  /** PostgreSQL refuses each change of this reservation. Returns what ends that. */
  async function refuseChangesOf(id: string): Promise<() => Promise<unknown>> {
    const { system } = fixture;
    await system.sql(`CREATE FUNCTION reservations.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$`);
    await system.sql(
      `CREATE TRIGGER refuse_change BEFORE UPDATE ON reservations.reservations
       FOR EACH ROW WHEN (OLD.id = '${id}') EXECUTE FUNCTION reservations.refuse_change()`,
    );
    return () => system.sql('DROP FUNCTION reservations.refuse_change CASCADE');
  }

  it('the others are cancelled and refunded, and it follows once it can', async () => {
    const ids = [];
    for (const seat of ['A1', 'A2', 'A3']) {
      const hold = await fixture.paidHold(seat);
      await fixture.settle(hold);
      ids.push(hold.id);
    }
    const [failing, ...others] = ids.sort();
    const statuses = () => Promise.all([failing!, ...others].map(async (id) => (await fixture.read({ id })).status));
    const end = await refuseChangesOf(failing!);
    const token = await fixture.system.adminToken();
    const { showtimeId } = fixture.showtime;
    await fixture.system.expectOk('DELETE', `/showtimes/${showtimeId}`, { token });
    const run = { showtimeId, showtimeVersion: 2, kind: 'cancelled', movedAt: null, reason: null } as const;
    const runs = fixture.system.api.get(CancellationRuns, { strict: false });
    await runs.begin(run, await fixture.system.now());
    await fixture.execute(new ProcessCancellationRuns());
    expect(await statuses()).toEqual(['confirmed', 'cancelled', 'cancelled']);
    expect(await runs.unfinished()).toMatchObject([{ showtimeId }]);
    await end();
    await fixture.execute(new ProcessCancellationRuns());
    expect(await statuses()).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(await runs.unfinished()).toEqual([]);
    await fixture.assertInvariants();
  });
});
