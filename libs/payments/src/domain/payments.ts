import type { Payment, PaymentState } from './payment.js';

export abstract class Payments {
  /** One at a time a reservation: `decide` sees its payments so far, newest first, and answers one of them or a new one, which is stored. */
  abstract begin(reservationId: string, decide: (payments: readonly Payment[]) => Payment): Promise<Payment>;
  abstract add(payment: Payment): Promise<void>;
  /** Locks the payment with its refunds, decides, stores both and what became due. Throws `PaymentNotFound`. */
  abstract change<T>(id: string, decide: (payment: Payment) => T): Promise<T>;

  /** Without a lock, like the finders below. Throws `PaymentNotFound`. */
  abstract get(id: string): Promise<PaymentState>;
  abstract idOfIntent(intentId: string): Promise<string | null>;
  /** Throws `RefundNotFound`. */
  abstract idOfRefund(refundId: string): Promise<string>;
  abstract has(id: string): Promise<boolean>;
  abstract unfinishedOf(reservationId: string): Promise<string[]>;
}
