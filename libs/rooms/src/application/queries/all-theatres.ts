import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { AllTheatres, type TheatreSummary } from '@app/contracts/rooms.js';
import { Database } from '@app/platform/persistence/database.js';

@QueryHandler(AllTheatres)
export class AllTheatresHandler implements IQueryHandler<AllTheatres> {
  constructor(private readonly database: Database) {}

  async execute(): Promise<TheatreSummary[]> {
    return this.database.query<TheatreSummary>(
      `SELECT theatre.id, theatre.name, theatre.time_zone, theatre.currency,
              coalesce((SELECT json_agg(room.id ORDER BY room.id) FROM rooms.rooms AS room WHERE room.theatre_id = theatre.id), '[]') AS room_ids
       FROM rooms.theatres AS theatre ORDER BY theatre.name, theatre.id`,
    );
  }
}
