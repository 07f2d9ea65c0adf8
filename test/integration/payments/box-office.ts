/** Payments alone: its API and worker in one process, the Stripe sandbox beside it, and a reservations context of which the test decides. */
import { Global, Injectable, Module, type DynamicModule } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PayableReservation, type PayableReservationView, ReservationsNotPayable } from '@app/contracts/reservations.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';
import { newId } from '@app/kernel/id.js';
import { PaymentsApi, PaymentsWorker, PaymentsSettings } from '@app/payments';
import type { LoadedSettings } from '@app/platform/config/load-settings.js';
import { AccessTokens } from '@app/platform/http/access-tokens.js';
import { CurrentRoles } from '@app/platform/http/access.js';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import { HttpModule } from '@app/platform/http/http.module.js';
import { commonModules } from '@app/platform/process/common-modules.js';
import { allEventTypes } from '@app/contracts/all-events.js';
import pg from 'pg';
import Stripe from 'stripe';
import { type Sandbox, startSandbox } from '../../../apps/stripe-sandbox/src/sandbox.js';
import { freePort } from '../../support/free-port.js';
import { type HttpResponse, HttpClient, type Json } from '../../support/http-client.js';
import { freshDatabase } from '../../support/postgres.js';
import { ADMIN, testEnvironment } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { readSettings } from '../../../apps/settings.js';

const ADMIN_ID = newId();

/** What reservations would answer. */
@Injectable()
class Reservations {
  readonly all = new Map<string, PayableReservationView>();
}

@QueryHandler(PayableReservation)
class PayableReservationHandler implements IQueryHandler<PayableReservation> {
  constructor(private readonly reservations: Reservations) {}

  execute({ reservationId, customerId }: PayableReservation): Promise<PayableReservationView | null> {
    const found = this.reservations.all.get(reservationId);
    return Promise.resolve(found?.customerId === customerId ? found : null);
  }
}

@QueryHandler(ReservationsNotPayable)
class ReservationsNotPayableHandler implements IQueryHandler<ReservationsNotPayable> {
  constructor(private readonly reservations: Reservations) {}

  execute({ reservationIds }: ReservationsNotPayable): Promise<string[]> {
    return Promise.resolve(reservationIds.filter((id) => this.reservations.all.get(id)?.status !== 'held'));
  }
}

@Global()
@Module({
  providers: [{ provide: CurrentRoles, useValue: { roleOf: (id: string) => Promise.resolve(id === ADMIN_ID ? 'admin' : 'customer') } }],
  exports: [CurrentRoles],
})
class Roles {}

@Module({})
class BoxOfficeModule {
  static for(settings: LoadedSettings, { worker }: { worker: boolean }): DynamicModule {
    return {
      module: BoxOfficeModule,
      imports: [
        ...commonModules(settings, { name: worker ? 'standalone' : 'api', migrations: [], eventTypes: allEventTypes }),
        HttpModule,
        Roles,
        PaymentsApi,
        ...(worker ? [PaymentsWorker] : []),
      ],
      providers: [Reservations, PayableReservationHandler, ReservationsNotPayableHandler],
    };
  }
}

export interface Held {
  readonly id: string;
  readonly customerId: string;
  readonly token: string;
}

export class BoxOffice extends HttpClient {
  readonly stripe: Stripe;

  private constructor(
    url: string,
    readonly settings: LoadedSettings,
    readonly app: NestFastifyApplication,
    readonly sandbox: Sandbox,
    readonly pool: pg.Pool,
    private readonly dropDatabase: () => Promise<void>,
  ) {
    super(url, ADMIN);
    const { hostname, port } = new URL(sandbox.url);
    this.stripe = new Stripe(settings.get(PaymentsSettings).stripe.secretKey, {
      host: hostname,
      port: Number(port),
      protocol: 'http',
      telemetry: false,
    });
  }

  static async open({ env = {}, worker = true }: { env?: Record<string, string>; worker?: boolean } = {}): Promise<BoxOffice> {
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
    const app = await createHttpApplication(BoxOfficeModule.for(settings, { worker }), settings);
    await app.listen(port, '127.0.0.1');
    const pool = new pg.Pool({ connectionString: database.url, max: 4 });
    pool.on('error', () => undefined);
    return new BoxOffice(`http://127.0.0.1:${port}`, settings, app, sandbox, pool, () => database.drop());
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.sandbox.close();
    await this.pool.end();
    await this.dropDatabase();
  }

  /** A reservation somebody holds. */
  async held(own: Partial<PayableReservationView> = {}): Promise<Held> {
    const [id, customerId] = [newId(), newId()];
    const view = {
      id,
      customerId,
      code: 'ABCDEFGH',
      status: 'held',
      total: eur(2_500),
      heldUntil: '2099-01-01T00:00:00.000Z',
      due: false,
    } as const;
    this.app.get(Reservations).all.set(id, { ...view, ...own });
    return { id, customerId, token: await this.tokenOf(customerId) };
  }

  becomes({ id }: Held, change: Partial<PayableReservationView>): void {
    const all = this.app.get(Reservations).all;
    all.set(id, { ...all.get(id)!, ...change });
  }

  async tokenOf(userId: string): Promise<string> {
    return (await this.app.get(AccessTokens).issue({ userId, role: 'customer' })).accessToken;
  }

  override adminToken(): Promise<string> {
    return this.tokenOf(ADMIN_ID);
  }

  /** As reservations would: written to the outbox, published by the relay. */
  async tell(subject: string, event: DomainEvent): Promise<void> {
    await this.sql(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data)
       SELECT $1, $2, $3, coalesce(max(sequence), 0) + 1, now(), $4 FROM messaging.outbox WHERE subject = $3`,
      [newId(), event.type, subject, JSON.stringify(event.data)],
    );
  }

  async sql<Row extends object = Json>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(statement, parameters)).rows;
  }

  ask(reservation: Held): Promise<HttpResponse> {
    return this.call('POST', `/reservations/${reservation.id}/payment`, { token: reservation.token });
  }

  /** The payment of a reservation, with its intent at Stripe, not paid yet. */
  async started(own: Partial<PayableReservationView> = {}): Promise<{ reservation: Held; paymentId: string; intentId: string }> {
    const reservation = await this.held(own);
    const { status, body } = await this.ask(reservation);
    if (status !== 201) throw new Error(`Starting a payment answered ${status}: ${JSON.stringify(body)}`);
    return { reservation, paymentId: body.id as string, intentId: (body.clientSecret as string).split('_secret_')[0]! };
  }

  pay(intentId: string, card = 'pm_card_visa'): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.confirm(intentId, { payment_method: card });
  }

  async paid(card?: string): Promise<{ reservation: Held; paymentId: string; intentId: string }> {
    const started = await this.started();
    await this.pay(started.intentId, card);
    await this.reaches(started.paymentId, 'succeeded');
    return started;
  }

  async payment(id: string): Promise<Json> {
    const [row] = await this.sql(
      `SELECT p.*, (SELECT coalesce(json_agg(r ORDER BY r.id), '[]') FROM payments.refunds r WHERE r.payment_id = p.id) AS refunds
       FROM payments.payments p WHERE id = $1`,
      [id],
    );
    return row;
  }

  reaches(paymentId: string, status: string): Promise<Json> {
    return until(
      async () => {
        const payment = await this.payment(paymentId);
        return payment?.status === status ? payment : undefined;
      },
      { timeoutMs: 15_000, what: `payment ${paymentId} to be ${status}` },
    );
  }

  refundReaches(paymentId: string, status: string): Promise<Json> {
    return until(
      async () => {
        const payment = await this.payment(paymentId);
        return payment.refunds.some((refund: Json) => refund.status === status) ? payment : undefined;
      },
      { timeoutMs: 15_000, what: `a refund of payment ${paymentId} to be ${status}` },
    );
  }

  /** Types of a subject's events in the outbox, in their order; fails on a hole. */
  async eventsOf(subject: string): Promise<string[]> {
    const rows = await this.sql<{ type: string; sequence: number }>(
      `SELECT type, sequence FROM messaging.outbox WHERE subject = $1 ORDER BY sequence`,
      [subject],
    );
    rows.forEach(({ sequence }, i) => {
      if (sequence !== i + 1) throw new Error(`Events of ${subject} have a hole at ${i + 1}`);
    });
    return rows.map(({ type }) => type.replace(/^payments\.|\.v1$/g, ''));
  }

  /** A knob of the sandbox. */
  async knob(method: string, path: string, body?: unknown): Promise<void> {
    const response = await fetch(`${this.sandbox.url}/sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  }

  faults(faults: { api?: object[]; webhooks?: object[] }): Promise<void> {
    return this.knob('PUT', '/faults', faults);
  }
}

export function eur(amount: number): { amount: number; currency: string } {
  return { amount, currency: 'EUR' };
}
