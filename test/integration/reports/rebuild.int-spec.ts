import type { Json } from '../../support/http-client.js';
import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { until } from '../../support/until.js';

const TABLES = ['movies', 'theatres', 'showtimes', 'reservations', 'money'];

describe('rebuild-reports', () => {
  let system: InProcessSystem;
  beforeAll(async () => {
    system = await startInProcessSystem();
    const { showtimeId } = await system.createShowtime();
    for (const seat of ['A1', 'A2']) {
      const customer = await system.registerCustomer();
      const { body: held } = await system.hold(customer, showtimeId, [seat]);
      const { body: payment } = await system.startPayment(customer, held.id);
      await system.stripe.paymentIntents.confirm(payment.clientSecret.split('_secret')[0], { payment_method: 'pm_card_visa' });
      await until(async () => (await system.reservation(customer, held.id)).status === 'confirmed', {
        what: 'the reservation to be confirmed',
      });
      if (seat === 'A2') await system.expectOk('DELETE', `/reservations/${held.id}`, { token: customer.token });
    }
    await assertInvariants(system);
  }, 60_000);
  afterAll(() => system?.close());

  const rebuild = async (...options: string[]): Promise<Json> => {
    const { code, stdout, stderr } = await cliOf(system, ['rebuild-reports', '--json', ...options]);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };
  const facts = () => Promise.all(TABLES.map((table) => system.sql(`SELECT to_jsonb(t) AS fact FROM reports.${table} t ORDER BY t::text`)));
  const lose = () => system.sql(`TRUNCATE ${TABLES.map((table) => `reports.${table}`).join(', ')}`);

  it('lost and wrong facts are made anew, and a repetition changes nothing', async () => {
    const before = await facts();
    await lose();
    expect(await rebuild()).toMatchObject({ resumed: false, complete: true });
    expect(await facts()).toEqual(before);
    await system.sql(`UPDATE reports.money SET amount = amount + 1`);
    await system.sql(`UPDATE reports.movies SET title = 'wrong'`);
    await rebuild();
    await rebuild();
    expect(await facts()).toEqual(before);
    await assertInvariants(system);
    const audited = await system.sql(`SELECT actor FROM platform.audit_trail WHERE action = 'reports.rebuild'`);
    expect(audited).toEqual([{ actor: null }, { actor: null }, { actor: null }]);
  });

  it('a run that was cut off goes on where it was, or begins again', async () => {
    const before = await facts();
    const [{ half, events }] = (await system.sql(`SELECT (max(position) / 2)::text AS half, 3 AS events FROM messaging.outbox`)) as [
      { half: string; events: number },
    ];
    const cutOff = () => system.sql('INSERT INTO reports.rebuilds (position, until, events) VALUES ($1, $1, $2)', [half, events]);
    await system.sql(`UPDATE reports.movies SET title = 'wrong'`);
    await cutOff();
    expect(await rebuild()).toMatchObject({ resumed: true });
    expect(await facts()).not.toEqual(before);
    await cutOff();
    expect(await rebuild('--from-start')).toMatchObject({ resumed: false });
    expect(await facts()).toEqual(before);
    expect(await system.sql('SELECT FROM reports.rebuilds')).toEqual([]);
  });

  it('two runs at once and events that arrive meanwhile count once', async () => {
    await lose();
    const [, , { movieId }] = await Promise.all([rebuild(), rebuild(), system.createShowtime()]);
    await assertInvariants(system);
    expect(await system.sql('SELECT capacity > 0 AS known FROM reports.showtimes WHERE movie_id = $1', [movieId])).toEqual([
      { known: true },
    ]);
  });

  it('facts whose events are deleted stay, and the answer says so', async () => {
    const before = await facts();
    await system.sql(`DELETE FROM messaging.outbox WHERE position <= (SELECT max(position) / 2 FROM messaging.outbox)`);
    const { code, stdout } = await cliOf(system, ['rebuild-reports']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/Events before 2.* are not kept any more/)]);
    expect(await facts()).toEqual(before);
  });
});
