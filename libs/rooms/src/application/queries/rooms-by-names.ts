import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type NamedRoom, RoomsByNames } from '@app/contracts/rooms.js';
import { isUuid } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';

@QueryHandler(RoomsByNames)
export class RoomsByNamesHandler implements IQueryHandler<RoomsByNames> {
  constructor(private readonly database: Database) {}

  async execute({ names }: RoomsByNames): Promise<NamedRoom[]> {
    if (names.length === 0) return [];
    return this.database.query<NamedRoom>(
      `SELECT wanted.theatre, wanted.room, theatre.id AS theatre_id, room.id AS room_id
       FROM unnest($1::text[], $2::uuid[], $3::text[]) AS wanted (theatre, theatre_id, room)
       LEFT JOIN rooms.theatres AS theatre ON theatre.id = wanted.theatre_id OR lower(theatre.name) = lower(wanted.theatre)
       LEFT JOIN rooms.rooms AS room
         ON room.theatre_id = theatre.id AND lower(room.name) = lower(wanted.room) AND room.closed_at IS NULL`,
      [names.map(({ theatre }) => theatre), names.map(({ theatre }) => (isUuid(theatre) ? theatre : null)), names.map(({ room }) => room)],
    );
  }
}
