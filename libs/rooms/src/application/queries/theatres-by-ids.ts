import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { TheatresByIds } from '@app/contracts/rooms.js';
import { Database } from '@app/platform/persistence/database.js';
import { THEATRE_COLUMNS, type TheatreRow } from './theatre.view.js';

@QueryHandler(TheatresByIds)
export class TheatresByIdsHandler implements IQueryHandler<TheatresByIds> {
  constructor(private readonly database: Database) {}

  async execute({ theatreIds }: TheatresByIds): Promise<TheatreRow[]> {
    return this.database.prepared<TheatreRow>(`SELECT ${THEATRE_COLUMNS} FROM rooms.theatres WHERE id = ANY ($1::uuid[])`, [theatreIds]);
  }
}
