import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type ShowtimeTerms, ShowtimeTermsByIds } from '@app/contracts/showtimes.js';
import { Database } from '@app/platform/persistence/database.js';
import type { ShowtimeRow } from './showtime.view.js';

type Row = Pick<
  ShowtimeRow,
  'id' | 'version' | 'status' | 'roomId' | 'seatPlanVersion' | 'startsAt' | 'endsAt' | 'currency' | 'prices' | 'salesOpenAt'
>;

@QueryHandler(ShowtimeTermsByIds)
export class ShowtimeTermsByIdsHandler implements IQueryHandler<ShowtimeTermsByIds> {
  constructor(private readonly database: Database) {}

  async execute({ showtimeIds }: ShowtimeTermsByIds): Promise<ShowtimeTerms[]> {
    // With the inner SELECT one id is planned like ten, so that PostgreSQL keeps the plan.
    const rows = await this.database.byKeys<Row>(
      `SELECT id, version, status, room_id, seat_plan_version, starts_at, ends_at, currency, prices, sales_open_at
       FROM showtimes.showtimes WHERE id = ANY ((SELECT $1::uuid[])::uuid[])`,
      showtimeIds,
      'id',
    );
    return rows.map(({ roomId, startsAt, endsAt, salesOpenAt, ...terms }) => ({
      ...terms,
      room: { id: roomId },
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
      salesOpenAt: salesOpenAt?.toISOString() ?? null,
    }));
  }
}
