import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { TheatresByIds, type TheatreSummary } from '@app/contracts/rooms.js';
import { Database } from '@app/platform/persistence/database.js';

@QueryHandler(TheatresByIds)
export class TheatresByIdsHandler implements IQueryHandler<TheatresByIds> {
  constructor(private readonly database: Database) {}

  async execute({ theatreIds }: TheatresByIds): Promise<Omit<TheatreSummary, 'roomIds'>[]> {
    return this.database.prepared(`SELECT id, name, time_zone, currency FROM rooms.theatres WHERE id = ANY ($1::uuid[])`, [theatreIds]);
  }
}
