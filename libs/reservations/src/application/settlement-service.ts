/** Decides what a payment that arrived is for. The one way from a payment to its reservation. */
import { Injectable } from '@nestjs/common';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { isStatementGivenUp } from '@app/platform/persistence/database-errors.js';
import { Reservations } from '../domain/reservations.js';
import { PAYMENT_NOT_SETTLED } from '../domain/alert-codes.js';
import type { ReceivedPayment } from '../domain/payment-outcome.js';
import { CurrentSalesStatus } from './current-sales-status.js';

@Injectable()
export class SettlementService {
  constructor(
    private readonly reservations: Reservations,
    private readonly salesStatus: CurrentSalesStatus,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  /** A payment that has an outcome keeps it. Returns whether it was decided now. Throws `ReservationNotFound`. */
  async settle(payment: ReceivedPayment): Promise<boolean> {
    const { situation } = await this.salesStatus.readReservation({ id: payment.reservationId });
    const at = this.clock.now();
    return this.reservations.settle({ ...payment, currentSalesStatus: situation.salesStatus, at }, (reservation, seen) =>
      reservation.receivePayment(payment, { ...seen, at }),
    );
  }

  /** Settles one after another. A payment that fails raises an alert and stops no other. One that had its outcome before is neither of both. */
  async settleEach(payments: readonly ReceivedPayment[]): Promise<{ decided: number; failed: number }> {
    const count = { decided: 0, failed: 0 };
    for (const payment of payments) {
      try {
        if (await this.settle(payment)) count.decided++;
      } catch (error) {
        count.failed++;
        // Another one had the lock: the next run settles it, and nobody has to look.
        if (!isStatementGivenUp(error))
          this.alerts.raise(PAYMENT_NOT_SETTLED, 'A payment could not be settled', { paymentId: payment.paymentId, err: error });
      }
    }
    return count;
  }
}
