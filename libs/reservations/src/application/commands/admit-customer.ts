import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand, AuditEntry } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { readBookingCode } from '../../domain/booking-code.js';
import { BookingPolicy } from '../../domain/booking-policy.js';
import { Reservations } from '../../domain/reservations.js';
import { CurrentSalesStatus } from '../current-sales-status.js';

/** Lets in the customer with this booking code, once. Returns the id of the reservation. Throws `ReservationNotFound` and what `Reservation.admit` throws. */
export class AdmitCustomer extends Command<string> implements AdminCommand<string> {
  /** `code` as a person writes it. */
  constructor(
    readonly adminId: string,
    readonly code: string,
  ) {
    super();
  }

  auditEntry(reservationId: string): Omit<AuditEntry, 'actor'> {
    return { action: 'reservations.admit-customer', subject: reservationId };
  }
}

@CommandHandler(AdmitCustomer)
export class AdmitCustomerHandler implements ICommandHandler<AdmitCustomer> {
  constructor(
    private readonly reservations: Reservations,
    private readonly salesStatus: CurrentSalesStatus,
    private readonly policy: BookingPolicy,
    private readonly clock: Clock,
  ) {}

  async execute({ adminId: by, code }: AdmitCustomer): Promise<string> {
    const id = await this.reservations.idOfCode(readBookingCode(code));
    await this.salesStatus.changeReservation({ id }, (reservation, situation) =>
      reservation.admit({ by, policy: this.policy, ...situation, at: this.clock.now() }),
    );
    return id;
  }
}
