import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { MailsAboutReservation, type MailSummary } from '@app/contracts/notifications.js';
import { Database } from '@app/platform/persistence/database.js';

interface Row extends Omit<MailSummary, 'requestedAt' | 'endedAt'> {
  readonly requestedAt: Date;
  readonly endedAt: Date | null;
}

@QueryHandler(MailsAboutReservation)
export class MailsAboutReservationHandler implements IQueryHandler<MailsAboutReservation> {
  constructor(private readonly database: Database) {}

  async execute({ reservationId, limit }: MailsAboutReservation): Promise<MailSummary[]> {
    const rows = await this.database.query<Row>(
      `SELECT id AS mail_id, kind, status, requested_at, ended_at FROM notifications.mails WHERE reservation_id = $1 ORDER BY id LIMIT $2`,
      [reservationId, limit],
    );
    return rows.map(({ requestedAt, endedAt, ...mail }) => ({
      ...mail,
      requestedAt: requestedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    }));
  }
}
