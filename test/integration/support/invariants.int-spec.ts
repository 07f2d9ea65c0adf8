import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'amqplib';
import type { PoolClient } from 'pg';
import { newId } from '@app/kernel/id.js';
import { EXCHANGE } from '@app/platform/messaging/broker.js';
import { declareTopology } from '@app/platform/messaging/rabbit-topology.js';
import type { Customer, Json } from '../../support/http-client.js';
import { brokenInvariants, assertInvariants, type SystemUnderTest } from '../../support/invariants.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { unroutedMessages } from '../../support/unrouted-messages.js';
import { until } from '../../support/until.js';
import { type Reservations, VIOLATIONS } from './planted-violations.js';

describe('The check of the invariants', () => {
  let system: InProcessSystem;
  let anna: Customer;
  let reservations: Reservations;

  beforeAll(async () => {
    system = await startInProcessSystem();
    anna = await system.registerCustomer();
    reservations = await createReservations();
    await system.advanceClock({ minutes: 31 });
    await waitForStatus(reservations.expired.id, 'expired');
    reservations.held = await hold((await system.createShowtime()).showtimeId, 'B1');
    await assertInvariants(system);
    await system.stopWorker();
  }, 120_000);
  afterAll(() => system?.close());

  async function hold(showtimeId: string, ...seats: string[]): Promise<Json> {
    const { status, body } = await system.hold(anna, showtimeId, seats);
    expect(status).toBe(201);
    return body;
  }

  async function createPaid(showtimeId: string, ...seats: string[]): Promise<Json> {
    const reservation = await hold(showtimeId, ...seats);
    const { body } = await system.startPayment(anna, reservation.id);
    await system.stripe.paymentIntents.confirm(body.clientSecret.split('_secret_')[0], { payment_method: 'pm_card_visa' });
    await waitForStatus(reservation.id, 'confirmed');
    return { ...reservation, paymentId: body.id };
  }

  async function waitForStatus(id: string, status: string): Promise<void> {
    await until(async () => (await system.reservation(anna, id)).status === status, { what: `the reservation to be ${status}` });
  }

  async function createReservations(): Promise<Reservations> {
    const { showtimeId } = await system.createShowtime();
    const startsSoon = await system.createShowtime({ startsInMinutes: 90 });
    const confirmed = await createPaid(showtimeId, 'A1');
    const cancelled = await createPaid(showtimeId, 'A2');
    const kept = await createPaid(startsSoon.showtimeId, 'A3');
    for (const { id, total } of [cancelled, kept])
      await system.expectOk('DELETE', `/reservations/${id}?keptAtMost=${total.amount}`, { token: anna.token });
    const changed = await createPaid(showtimeId, 'C1', 'C2');
    await system.expectOk('PUT', `/reservations/${changed.id}/seats`, { token: anna.token, body: { seats: ['C1'] } });
    return { confirmed, cancelled, kept, changed, expired: await hold(showtimeId, 'A5'), held: null };
  }

  it('no breach is reported after reservations of every kind', async () => {
    expect(await brokenInvariants(system)).toEqual([]);
  });

  /** Returns the breaches after `plant`, and rolls everything back, constraints too. */
  async function breachesAfter(plant: (client: PoolClient) => Promise<unknown>): Promise<string[]> {
    const client = await system.database.connect();
    try {
      await client.query('BEGIN');
      await plant(client);
      const inTransaction: SystemUnderTest = {
        sandboxUrl: system.sandboxUrl,
        sql: async <Row extends object>(statement: string, parameters: unknown[] = []) =>
          (await client.query<Row>(statement, parameters)).rows,
      };
      return await brokenInvariants(inTransaction);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }

  it.each(VIOLATIONS)('%s is reported', async (_, statements, breach) => {
    const broken = await breachesAfter(async (client) => {
      for (const statement of statements(reservations)) await client.query(statement);
    });
    expect(broken).toContainEqual(expect.stringMatching(breach(reservations)));
  });

  it('each invariant has a planted violation', () => {
    const folder = join(import.meta.dirname, '../../support/invariants');
    const checked = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').match(/\b[A-Z]\d\b/g) ?? []);
    const planted = VIOLATIONS.map(([name]) => name.slice(0, name.indexOf(':')));
    expect([...new Set(planted)].sort()).toEqual([...new Set(checked)].sort());
  });

  it('messages that found no queue at RabbitMQ are reported', async () => {
    const rabbitmq = await freshVhost();
    const connection = await connect(rabbitmq.url);
    try {
      const channel = await connection.createConfirmChannel();
      await declareTopology(channel, { bindings: [], unsubscribed: [], retryDelaysMs: [] });
      const withRabbitmq: SystemUnderTest = {
        sandboxUrl: system.sandboxUrl,
        sql: (statement, parameters) => system.sql(statement, parameters),
        unroutedMessages: () => unroutedMessages(rabbitmq.url),
      };
      expect(await brokenInvariants(withRabbitmq)).toEqual([]);
      channel.publish(EXCHANGE, 'movies.movie-added.v1', Buffer.from('{}'));
      await channel.waitForConfirms();
      await until(async () => (await unroutedMessages(rabbitmq.url)) === 1, { what: 'the message' });
      expect(await brokenInvariants(withRabbitmq)).toEqual(['E6 1 messages found no queue at RabbitMQ']);
    } finally {
      await connection.close();
    }
  });

  it('an event that is stored while the check reads is reported', async () => {
    const id = newId();
    const store = () =>
      system.sql(
        `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data) VALUES ($1, 'payments.payment-refunded.v1', $1, 1, now(), '{}')`,
        [id],
      );
    const during: SystemUnderTest = {
      sandboxUrl: system.sandboxUrl,
      sql: async <Row extends object>(statement: string, parameters: unknown[] = []) => {
        const rows = await system.sql<Row>(statement, parameters);
        if (statement.includes('reports.money')) await store();
        return rows;
      },
    };
    const broken = await brokenInvariants(during);
    await system.sql('DELETE FROM messaging.outbox WHERE id = $1', [id]);
    expect(broken).toEqual(['E2 1 events were stored during the check']);
  });

  it('money at Stripe without a payment is reported', async () => {
    const intent = await system.stripe.paymentIntents.create({
      amount: 700,
      currency: 'eur',
      metadata: { reservationId: reservations.confirmed.id },
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    const broken = await brokenInvariants(system);
    expect(broken).toContain(`M3 intent ${intent.id} succeeded and has no payment`);
    expect(broken).toContain(
      `M1 reservation ${reservations.confirmed.id} eur: 1250 is due, our rows say 1250 was kept, Stripe's ledger 1950`,
    );
    expect(broken).toContain(`M2 our rows keep 3750 eur in all, Stripe's ledger 4450`);
  });
});
