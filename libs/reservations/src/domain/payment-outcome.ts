import type { MoneyJson } from '@app/kernel/money.js';

export interface ReceivedPayment {
  readonly paymentId: string;
  readonly reservationId: string;
  readonly amount: MoneyJson;
}

/** What a payment turned out to be for. */
export type PaymentOutcome = 'confirmed' | 'confirmed-late' | 'surplus' | 'too-late';

/** A payment that a reservation does not keep. */
export function isRefunded(outcome: PaymentOutcome): boolean {
  return outcome === 'surplus' || outcome === 'too-late';
}
