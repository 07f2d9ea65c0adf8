/** Payments alone: its API and worker in one process, and the Stripe sandbox beside it. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OwedRefundView, type PayableReservationView, ReservationCancelled } from '@app/contracts/reservations.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';
import { newId } from '@app/kernel/id.js';
import { PaymentsSettings } from '@app/payments';
import type { LoadedSettings } from '@app/platform/config/load-settings.js';
import { AccessTokens } from '@app/platform/http/access/access-tokens.js';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import pg from 'pg';
import Stripe from 'stripe';
import { readSettings } from '../../../apps/settings.js';
import { type Sandbox, startSandbox } from '../../../apps/stripe-sandbox/src/sandbox.js';
import { freePort } from '../../../apps/standalone/src/free-port.js';
import { HttpClient, type HttpResponse, type Json } from '../../support/http-client.js';
import { freshDatabase } from '../../support/postgres.js';
import { ADMIN, testEnvironment } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { ADMIN_ID, PaymentsAppModule, Reservations } from './payments-app-module.js';

interface TestReservation {
  readonly id: string;
  readonly customerId: string;
  readonly token: string;
}

export interface TestPayment {
  readonly reservation: TestReservation;
  readonly paymentId: string;
  readonly intentId: string;
}

export class PaymentsApp extends HttpClient {
  readonly stripe: Stripe;

  private constructor(
    url: string,
    readonly settings: LoadedSettings,
    readonly nest: NestFastifyApplication,
    readonly sandbox: Sandbox,
    readonly pool: pg.Pool,
    private readonly dropDatabase: () => Promise<void>,
  ) {
    super(url, ADMIN);
    const { hostname, port } = new URL(sandbox.url);
    this.stripe = new Stripe(this.stripeSettings.secretKey, { host: hostname, port: Number(port), protocol: 'http', telemetry: false });
  }

  static async start({ env = {}, worker = true }: { env?: Record<string, string>; worker?: boolean } = {}): Promise<PaymentsApp> {
    const database = await freshDatabase();
    const port = await freePort();
    const own = testEnvironment({ DATABASE_URL: database.url, PORT: String(port), ...env });
    const sandbox = await startSandbox({
      port: 0,
      dataFile: ':memory:',
      webhookUrl: `http://127.0.0.1:${port}/api/v1/webhooks/stripe`,
      webhookSecret: own['STRIPE_WEBHOOK_SECRET']!,
      secretKey: own['STRIPE_SECRET_KEY'],
      retryDelaysMs: [100, 200, 400, 800, 1600, 3200],
      asyncDelayMs: 100,
    });
    const settings = readSettings({ STRIPE_API_URL: sandbox.url, ...own });
    const nest = await createHttpApplication(PaymentsAppModule.for(settings, { worker }), settings);
    await nest.listen(port, '127.0.0.1');
    const pool = new pg.Pool({ connectionString: database.url, max: 4 });
    pool.on('error', () => undefined);
    return new PaymentsApp(`http://127.0.0.1:${port}`, settings, nest, sandbox, pool, () => database.drop());
  }

  get stripeSettings(): PaymentsSettings['stripe'] {
    return this.settings.get(PaymentsSettings).stripe;
  }

  async close(): Promise<void> {
    await this.nest.close();
    await this.sandbox.close();
    await this.pool.end();
    await this.dropDatabase();
  }

  /** A held reservation of a new customer. */
  async newReservation(own: Partial<PayableReservationView> = {}): Promise<TestReservation> {
    const [id, customerId] = [newId(), newId()];
    const view = {
      id,
      customerId,
      code: 'ABCDEFGH',
      status: 'held',
      total: eur(2_500),
      heldUntil: '2099-01-01T00:00:00.000Z',
      due: false,
      showtime: 'on-sale',
    } as const;
    this.nest.get(Reservations).all.set(id, { ...view, ...own });
    return { id, customerId, token: await this.tokenOf(customerId) };
  }

  changeReservation({ id }: TestReservation, change: Partial<PayableReservationView>): void {
    const all = this.nest.get(Reservations).all;
    all.set(id, { ...all.get(id)!, ...change });
  }

  /** Reservations says that this is owed, without an event. */
  owe({ reservation, paymentId }: TestPayment, own: Pick<OwedRefundView, 'refundDue' | 'reason'>): void {
    const owedAt = new Date().toISOString();
    this.nest.get(Reservations).owed.push({ paymentId, reservationId: reservation.id, owedAt, ...own });
  }

  async tokenOf(userId: string): Promise<string> {
    return (await this.nest.get(AccessTokens).issue({ userId, role: 'customer' })).accessToken;
  }

  override adminToken(): Promise<string> {
    return this.tokenOf(ADMIN_ID);
  }

  /** Publishes an event as another context does: it is written to the outbox, and the relay sends it. */
  async publish(subject: string, event: DomainEvent): Promise<void> {
    await this.sql(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data)
       SELECT $1, $2, $3, coalesce(max(sequence), 0) + 1, now(), $4 FROM messaging.outbox WHERE subject = $3`,
      [newId(), event.type, subject, JSON.stringify(event.data)],
    );
  }

  async sql<Row extends object = Json>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(statement, parameters)).rows;
  }

  requestPayment(reservation: TestReservation): Promise<HttpResponse> {
    return this.call('POST', `/reservations/${reservation.id}/payment`, { token: reservation.token });
  }

  /** An open payment of a new reservation. */
  async newPayment(own: Partial<PayableReservationView> = {}): Promise<TestPayment> {
    const reservation = await this.newReservation(own);
    const { status, body } = await this.requestPayment(reservation);
    if (status !== 201) throw new Error(`Starting a payment answered ${status}: ${JSON.stringify(body)}`);
    return { reservation, paymentId: body.id as string, intentId: (body.clientSecret as string).split('_secret_')[0]! };
  }

  pay(intentId: string, card = 'pm_card_visa'): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.confirm(intentId, { payment_method: card });
  }

  /** A payment that has succeeded. */
  async paidPayment(card?: string): Promise<TestPayment> {
    const payment = await this.newPayment();
    await this.pay(payment.intentId, card);
    await this.untilStatus(payment.paymentId, 'succeeded');
    return payment;
  }

  async payment(id: string): Promise<Json> {
    const [row] = await this.sql(
      `SELECT p.*, (SELECT coalesce(json_agg(r ORDER BY r.id), '[]') FROM payments.refunds r WHERE r.payment_id = p.id) AS refunds
       FROM payments.payments p WHERE id = $1`,
      [id],
    );
    return row;
  }

  /** Waits until the payment has this status. */
  untilStatus(paymentId: string, status: string): Promise<Json> {
    return until(
      async () => {
        const payment = await this.payment(paymentId);
        return payment?.status === status ? payment : undefined;
      },
      { what: `payment ${paymentId} to be ${status}` },
    );
  }

  /** Waits until a refund of the payment has this status. */
  untilRefund(paymentId: string, status: string): Promise<Json> {
    return until(
      async () => {
        const payment = await this.payment(paymentId);
        return payment.refunds.some((refund: Json) => refund.status === status) ? payment : undefined;
      },
      { what: `a refund of payment ${paymentId} to be ${status}` },
    );
  }

  /** Waits until the payment has so many refunds. */
  untilRefunds(paymentId: string, count: number): Promise<Json> {
    return until(
      async () => {
        const payment = await this.payment(paymentId);
        return payment.refunds.length === count ? payment : undefined;
      },
      { what: `payment ${paymentId} to have ${count} refunds` },
    );
  }

  /** The types of a subject's events, in their order. Throws where a sequence is missing. */
  async eventsOf(subject: string): Promise<string[]> {
    const rows = await this.sql<{ type: string; sequence: number }>(
      `SELECT type, sequence FROM messaging.outbox WHERE subject = $1 ORDER BY sequence`,
      [subject],
    );
    rows.forEach(({ sequence }, i) => {
      if (sequence !== i + 1) throw new Error(`Event ${i + 1} of ${subject} is missing`);
    });
    return rows.map(({ type }) => type.replace(/^payments\.|\.v1$/g, ''));
  }

  /** Uses a control of the sandbox. */
  async control(method: string, path: string, body?: unknown): Promise<void> {
    const response = await fetch(`${this.sandbox.url}/sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  }

  faults(faults: { api?: object[]; webhooks?: object[]; omits?: string[] }): Promise<void> {
    return this.control('PUT', '/faults', faults);
  }

  /** Makes a job due now, although it is repeated much later. */
  async runNow(kind: string): Promise<void> {
    await this.sql(`UPDATE platform.jobs SET run_at = now() - interval '1 day' WHERE kind = $1`, [kind]);
  }
}

export function eur(amount: number): { amount: number; currency: string } {
  return { amount, currency: 'EUR' };
}

/** What reservations publishes when the customer cancels. */
export function cancelled(
  { id, customerId }: TestReservation,
  { paymentId, refundDue }: { paymentId: string | null; refundDue: number },
): ReservationCancelled {
  const rest = { showtimeId: id, seats: ['A1'], by: 'customer', reason: null } as const;
  return new ReservationCancelled({ reservationId: id, customerId, paymentId, refundDue: eur(refundDue), ...rest });
}
