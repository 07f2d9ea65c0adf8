import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ReservationAccountsOf } from '@app/contracts/reservation-accounts.js';
import type { OwedSum } from '../domain/owed-refunds.js';
import { Payments } from '../domain/payments.js';

/** What reservations says is owed of a payment. */
@Injectable()
export class OwedSums {
  constructor(
    private readonly payments: Payments,
    private readonly queries: QueryBus,
  ) {}

  /** Throws `PaymentNotFound`. */
  async of(paymentId: string): Promise<OwedSum[]> {
    const { reservationId } = await this.payments.get(paymentId);
    const [account] = await this.queries.execute(new ReservationAccountsOf([reservationId]));
    const owed = account?.owed.filter((refund) => refund.paymentId === paymentId) ?? [];
    return owed.map(({ reason, refundDue: due }) => ({ reason, due }));
  }
}
