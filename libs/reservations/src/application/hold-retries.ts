import { Injectable } from '@nestjs/common';
import { BookingCodeTaken, LimitReached, SeatingOutdated, SeatsTaken, TooManyHoldsInAll } from '../domain/errors.js';
import { HoldExpiry } from './hold-expiry.js';
import { Sellers } from './sellers.js';

interface SeatRequest {
  readonly customerId: string;
  readonly showtimeId: string;
  readonly seats: readonly string[];
}

/** Attempts to claim seats, for a new hold or for a change, each with one retry after what was in the way is gone. */
@Injectable()
export class HoldRetries {
  constructor(
    private readonly expiry: HoldExpiry,
    private readonly sellers: Sellers,
  ) {}

  /** Runs the work with the limits of a customer. A user who sells may exceed them: then it runs as a sale. Throws what the last attempt threw. */
  async run<T>(request: SeatRequest, work: (options: { readonly isSale: boolean }) => Promise<T>): Promise<T> {
    try {
      return await this.runWithOneRetry(request, () => work({ isSale: false }));
    } catch (error) {
      if (!(await this.sellers.mayExceedLimits({ userId: request.customerId, refusal: error }))) throw error;
      return this.runWithOneRetry(request, () => work({ isSale: true }));
    }
  }

  private async runWithOneRetry<T>(request: SeatRequest, attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (!(await this.canRetryAfter(error, request))) throw error;
      return attempt();
    }
  }

  private async canRetryAfter(error: unknown, { customerId, showtimeId, seats }: SeatRequest): Promise<boolean> {
    if (error instanceof SeatingOutdated || error instanceof BookingCodeTaken) return true;
    if (!(error instanceof SeatsTaken || error instanceof LimitReached) || !error.blockedByExpiredHold) return false;
    if (error instanceof SeatsTaken) await this.expiry.expire({ showtimeId, seats });
    else await this.expiry.expire(error instanceof TooManyHoldsInAll ? { customerId } : { showtimeId, customerId });
    // Also where nothing was expired here: the schedule may have done it first.
    return true;
  }
}
