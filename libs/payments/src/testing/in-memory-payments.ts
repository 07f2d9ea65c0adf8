import type { DomainEvent } from '@app/kernel/domain-event.js';
import type { DueRows } from '../domain/due-rows.js';
import { PaymentNotFound, RefundNotFound } from '../domain/errors.js';
import { Payment, type PaymentState } from '../domain/payment.js';
import { Payments } from '../domain/payments.js';

export class InMemoryPayments extends Payments {
  readonly all = new Map<string, PaymentState>();
  readonly events: DomainEvent[] = [];

  constructor(private readonly dueRows: DueRows) {
    super();
  }

  async begin(reservationId: string, decide: (payments: readonly Payment[]) => Payment): Promise<Payment> {
    const states = [...this.all.values()].filter((state) => state.reservationId === reservationId);
    const payments = states.sort((a, b) => (a.id < b.id ? 1 : -1)).map((state) => new Payment(state));
    const chosen = decide(payments);
    if (!payments.includes(chosen)) await this.add(chosen);
    return chosen;
  }

  async add(payment: Payment): Promise<void> {
    const isTaken = [...this.all.values()].some(
      (other) => other.reservationId === payment.state.reservationId && new Payment(other).isUnfinished && payment.isUnfinished,
    );
    if (isTaken) throw new Error('payments_unfinished_of_reservation');
    await this.store(payment);
  }

  async change<T>(id: string, decide: (payment: Payment) => T): Promise<T> {
    const payment = new Payment(await this.get(id));
    const result = decide(payment);
    await this.store(payment);
    return result;
  }

  get(id: string): Promise<PaymentState> {
    const state = this.all.get(id);
    return state === undefined ? Promise.reject(new PaymentNotFound()) : Promise.resolve(state);
  }

  idOfIntent(intentId: string): Promise<string | null> {
    return Promise.resolve([...this.all.values()].find((state) => state.intentId === intentId)?.id ?? null);
  }

  idOfRefund(refundId: string): Promise<string> {
    const found = [...this.all.values()].find(({ refunds }) => refunds.some(({ id }) => id === refundId));
    return found === undefined ? Promise.reject(new RefundNotFound()) : Promise.resolve(found.id);
  }

  has(id: string): Promise<boolean> {
    return Promise.resolve(this.all.has(id));
  }

  unfinishedOf(reservationId: string): Promise<string[]> {
    const unfinished = [...this.all.values()].filter((state) => state.reservationId === reservationId && new Payment(state).isUnfinished);
    return Promise.resolve(unfinished.map(({ id }) => id));
  }

  private async store(payment: Payment): Promise<void> {
    this.all.set(payment.id, payment.state);
    this.events.push(...payment.takeEvents().map(({ event }) => event));
    await this.dueRows.want(payment.releaseDue());
  }
}
