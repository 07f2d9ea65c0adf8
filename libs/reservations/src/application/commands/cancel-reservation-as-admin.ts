import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand, AuditEntry } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import type { RefundRule } from '../../domain/cancellation.js';
import type { ReservationStatus } from '../../domain/reservation-state.js';
import { CapturedMoney } from '../captured-money.js';
import { CurrentSalesStatus } from '../current-sales-status.js';

/** Null where the reservation was cancelled already. `refundDue`: what is owed, which is everything where the showtime does not take place. */
type Cancellation = { readonly was: ReservationStatus; readonly refundDue: { readonly amount: number; readonly currency: string } } | null;

/** Cancels any reservation; the admin decides what is refunded. Throws `ReservationNotFound` and what `Reservation.cancel` throws. */
export class CancelReservationAsAdmin extends Command<Cancellation> implements AdminCommand<Cancellation> {
  constructor(
    readonly adminId: string,
    readonly reservationId: string,
    readonly options: { readonly refund: RefundRule; readonly reason: string; readonly keptAtMost?: number | undefined },
  ) {
    super();
  }

  auditEntry(cancellation: Cancellation): Omit<AuditEntry, 'actor'> | null {
    if (cancellation === null) return null;
    const { refund, reason } = this.options;
    return { action: 'reservations.cancel-as-admin', subject: this.reservationId, details: { ...cancellation, refund, reason } };
  }
}

@CommandHandler(CancelReservationAsAdmin)
export class CancelReservationAsAdminHandler implements ICommandHandler<CancelReservationAsAdmin> {
  constructor(
    private readonly salesStatus: CurrentSalesStatus,
    private readonly money: CapturedMoney,
    private readonly clock: Clock,
  ) {}

  async execute({ reservationId: id, options: { refund, reason, keptAtMost } }: CancelReservationAsAdmin): Promise<Cancellation> {
    return this.salesStatus.askAndChangeReservation(
      { id },
      {
        ask: async (state) => (keptAtMost === undefined ? null : this.money.keptLimitOf(state, keptAtMost)),
        decide: (reservation, situation, keptLimit) => {
          const { status: was, currency } = reservation.state;
          reservation.cancel({ by: 'admin', refund, reason, keptLimit, ...situation, at: this.clock.now() });
          return reservation.hasChanged ? { was, refundDue: { amount: reservation.state.refundDue ?? 0, currency } } : null;
        },
      },
    );
  }
}
