import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { SettledPaymentsOf } from '@app/contracts/payments.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { type ReconciledSeats, Reservations } from '../../domain/reservations.js';
import { SettlementService } from '../settlement-service.js';

interface ReconciledReservation extends ReconciledSeats {
  /** Payments whose outcome is decided now, whether it was before or not. */
  readonly paymentIds: readonly string[];
}

/**
 * An admin has one reservation put right: its seats are claimed, or freed where it has ended, and its payments that succeeded get their outcomes.
 * Harmless when repeated. Throws `ReservationNotFound`, and `SeatsTaken` where another reservation has a seat of it.
 */
export class ReconcileReservationAsAdmin extends Command<ReconciledReservation> implements AdminCommand<ReconciledReservation> {
  constructor(
    readonly adminId: string,
    readonly reservationId: string,
  ) {
    super();
  }

  auditEntry(details: ReconciledReservation) {
    return { action: 'reservations.reconcile', subject: this.reservationId, details };
  }
}

@CommandHandler(ReconcileReservationAsAdmin)
export class ReconcileReservationAsAdminHandler implements ICommandHandler<ReconcileReservationAsAdmin> {
  constructor(
    private readonly reservations: Reservations,
    private readonly settlement: SettlementService,
    private readonly queries: QueryBus,
  ) {}

  /** Seats first: money that revives a reservation claims them itself. */
  async execute({ reservationId: id }: ReconcileReservationAsAdmin): Promise<ReconciledReservation> {
    const seats = await this.reservations.reconcileSeats(id);
    const payments = await this.queries.execute(new SettledPaymentsOf([id]));
    for (const payment of payments) await this.settlement.settle(payment);
    return { ...seats, paymentIds: payments.map(({ paymentId }) => paymentId) };
  }
}
