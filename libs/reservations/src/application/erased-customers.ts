import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { Failures } from '@app/platform/jobs/failures.js';
import { Reservations } from '../domain/reservations.js';

/** Customers who erased their account: what they hold ends, and what they have paid is cancelled. */
@Injectable()
export class ErasedCustomers {
  constructor(
    private readonly reservations: Reservations,
    private readonly clock: Clock,
  ) {}

  /** In a job each reservation has a transaction of its own: it is short, and a process that dies loses at most one. In a reaction they share its transaction. Throws the first failure after the last reservation. */
  async endReservations(customerIds: readonly string[]): Promise<void> {
    const failures = new Failures();
    for (const id of await this.reservations.liveOf({ customerIds, now: this.clock.now() }))
      await failures.attempt(() => this.reservations.change({ id }, (reservation) => reservation.endForErasedCustomer(this.clock.now())));
    failures.throwFirst();
  }
}
