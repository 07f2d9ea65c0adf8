/** Expires holds whose time has ended: for the schedule, and for a hold that such a hold blocks. */
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { SettledPaymentsOf } from '@app/contracts/payments.js';
import { Clock } from '@app/kernel/clock.js';
import { type HoldFilter, Reservations } from '../domain/reservations.js';
import { SettlementService } from './settlement-service.js';

/** Holds in one transaction. */
const BATCH_SIZE = 100;
/** Eight workers that begin at the same moment find mostly different holds of so many. */
const CANDIDATE_COUNT = 8 * BATCH_SIZE;

@Injectable()
export class HoldExpiry {
  constructor(
    private readonly reservations: Reservations,
    private readonly settlement: SettlementService,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  /** Expires a batch of holds, and decides the payments that have arrived for the others. Without a filter, workers share what is due. Returns how many. */
  async expire(filter?: HoldFilter): Promise<number> {
    const now = this.clock.now();
    const due = await this.reservations.dueHolds({
      now,
      limit: BATCH_SIZE,
      ...(filter === undefined ? { candidateCount: CANDIDATE_COUNT } : { filter }),
    });
    if (due.length === 0) return 0;
    // Asked before seats are freed: the message about a payment may be late.
    const payments = await this.queries.execute(new SettledPaymentsOf(due));
    const { decided } = await this.settlement.settleEach(payments);
    const paid = new Set(payments.map(({ reservationId }) => reservationId));
    const expired = await this.reservations.changeSkippingLocked(
      due.filter((id) => !paid.has(id)),
      (reservation) => reservation.expire(now),
    );
    // A paid hold of a cancelled or moved showtime stays due until its run ends it: it does not count, so that nobody begins at once again.
    return expired + decided;
  }
}
