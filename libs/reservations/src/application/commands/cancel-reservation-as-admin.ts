import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import type { RefundRule } from '../../domain/reservation.js';
import { Reservations } from '../../domain/reservations.js';

/** An admin ends somebody's reservation and says what goes back. Cancelled already, it stays as it is. */
export class CancelReservationAsAdmin extends Command<void> {
  constructor(
    readonly adminId: string,
    readonly reservationId: string,
    readonly refund: RefundRule,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(CancelReservationAsAdmin)
export class CancelReservationAsAdminHandler implements ICommandHandler<CancelReservationAsAdmin> {
  constructor(
    private readonly reservations: Reservations,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly database: Database,
  ) {}

  async execute({ adminId, reservationId, refund, reason }: CancelReservationAsAdmin): Promise<void> {
    await this.database.transaction(async () => {
      const ended = await this.reservations.change(reservationId, (reservation) => {
        const was = reservation.state.status;
        reservation.cancel('admin', refund, reason, this.clock.now());
        return reservation.hasChanged ? { was } : null;
      });
      if (ended === null) return;
      await this.audit.record({
        actor: adminId,
        action: 'reservations.cancel-as-admin',
        subject: reservationId,
        details: { ...ended, refund, reason },
      });
    });
  }
}
