/** A system without its worker, two customers and a showtime: what the specs of concurrent changes have in common. */
import { type Command, CommandBus } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { SettlePayment } from '../../../libs/reservations/src/application/commands/settle-payment.js';
import { Reservations } from '../../../libs/reservations/src/domain/reservations.js';
import type { Customer, HttpResponse, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants, brokenInvariants } from '../../support/invariants.js';
import { pay } from '../../support/payments.js';
import { until } from '../../support/until.js';
import { TransactionBarrier } from './transaction-barrier.js';

export interface PaidHold {
  readonly id: string;
  readonly heldUntil: string;
  readonly payment: SettlePayment['payment'];
}

export class ConcurrencyFixture {
  showtime!: ShowtimeFixture;

  private constructor(
    readonly system: InProcessSystem,
    readonly barrier: TransactionBarrier,
    readonly customer: Customer,
    readonly rival: Customer,
    readonly reservations: Reservations,
  ) {}

  /** The worker runs only in `assertInvariants`: everything else happens when the test says so. */
  static async start(): Promise<ConcurrencyFixture> {
    const system = await startInProcessSystem({ worker: false, longLockWaits: true });
    const barrier = await TransactionBarrier.install(system);
    const [customer, rival] = (await system.registerCustomers(2)) as [Customer, Customer];
    return new ConcurrencyFixture(system, barrier, customer, rival, system.api.get(Reservations, { strict: false }));
  }

  async close(): Promise<void> {
    await this.system.close();
  }

  async createShowtime(own: { startsInMinutes?: number } = {}): Promise<void> {
    this.showtime = await this.system.createShowtime(own);
  }

  async hold(...seats: string[]): Promise<Json> {
    const { status, body } = await this.system.hold(this.customer, this.showtime.showtimeId, seats);
    expect(status).toBe(201);
    return body;
  }

  /** A hold whose payment has succeeded and that reservations does not know to be paid. */
  async paidHold(...seats: string[]): Promise<PaidHold> {
    const hold = await this.hold(...seats);
    await pay(this.system, this.customer, hold.id);
    const [payment] = await until(
      async () => {
        const rows = await this.system.sql<{ id: string }>(
          `SELECT id FROM payments.payments WHERE reservation_id = $1 AND settled_at IS NOT NULL`,
          [hold.id],
        );
        return rows.length > 0 && rows;
      },
      { what: 'the Stripe event to be applied' },
    );
    return { ...hold, payment: { paymentId: payment!.id, reservationId: hold.id, amount: hold.total } };
  }

  execute(command: Command<unknown>): Promise<unknown> {
    return this.system.api.get(CommandBus, { strict: false }).execute(command);
  }

  settle({ payment }: { payment: SettlePayment['payment'] }): Promise<unknown> {
    return this.execute(new SettlePayment(payment));
  }

  /** Returns how many holds expired. */
  expire({ id, heldUntil }: Json): Promise<number> {
    const at = new Date(Date.parse(heldUntil as string) + 1);
    return this.reservations.changeSkippingLocked([id as string], (reservation) => reservation.expire(at));
  }

  quote({ id }: Json): Promise<Json> {
    return this.system.expectOk('GET', `/reservations/${id}/cancellation`, { token: this.customer.token });
  }

  cancel({ id }: Json, query = ''): Promise<HttpResponse> {
    return this.system.delete(`/reservations/${id}${query}`, { token: this.customer.token });
  }

  extend({ id }: Json): Promise<HttpResponse> {
    return this.system.call('POST', `/reservations/${id}/extend`, { token: this.customer.token });
  }

  read({ id }: Json): Promise<Json> {
    return this.system.reservation(this.customer, id as string);
  }

  /** Types of a reservation's events in order, without context and version. */
  async eventsOf({ id }: Json): Promise<string[]> {
    const rows = await this.system.sql<{ type: string }>(`SELECT type FROM messaging.outbox WHERE subject = $1 ORDER BY position`, [id]);
    return rows.map(({ type }) => type.replace(/^reservations\.|\.v1$/g, ''));
  }

  /** Lets the worker finish what is open before. */
  async assertInvariants(): Promise<void> {
    await this.system.startWorker();
    await assertInvariants(this.system);
    await this.system.stopWorker();
  }

  /** Numbers of the invariants that are broken for a reservation. */
  async breachesOf({ id }: Json): Promise<string[]> {
    return (await brokenInvariants(this.system)).filter((breach) => breach.includes(id as string)).map((breach) => breach.slice(0, 2));
  }

  /** For a negative control: no row is locked, and the outbox accepts two events with one sequence. */
  async removeRowLocks(): Promise<void> {
    const database = this.system.api.get(Database);
    const prepared = database.prepared.bind(database);
    const withoutLock = (sql: string, parameters: unknown[]) => prepared(sql.replace(/FOR UPDATE OF r( SKIP LOCKED)?/, ''), parameters);
    Object.assign(database, { prepared: withoutLock });
    await this.system.sql(`ALTER TABLE messaging.outbox DROP CONSTRAINT outbox_subject_sequence_key`);
  }
}

export function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
