import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { SeatsTakenOf } from '@app/contracts/reservations.js';
import { Database } from '@app/platform/persistence/database.js';

interface Row {
  readonly showtimeId: string;
  readonly taken: number;
}

@QueryHandler(SeatsTakenOf)
export class SeatsTakenOfHandler implements IQueryHandler<SeatsTakenOf> {
  constructor(private readonly database: Database) {}

  async execute({ showtimeIds }: SeatsTakenOf): Promise<Row[]> {
    return this.database.byKeys<Row>(
      `SELECT showtime_id, count(*)::int AS taken FROM reservations.seat_claims WHERE showtime_id = ANY ($1) GROUP BY showtime_id`,
      showtimeIds,
      'showtimeId',
    );
  }
}
