import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type NamedRoom, RoomsByNames } from '@app/contracts/rooms.js';
import { isUuid } from '@app/kernel/id.js';
import { normaliseText, sortKey } from '@app/kernel/text.js';
import { Database } from '@app/platform/persistence/database.js';

/** Two names from before there were keys may have one key: then the younger room is found by its name in lower case. */
const bestNameMatch = (table: string, wanted: string) =>
  `coalesce(${table}.name_key, lower(${table}.name)) IN (wanted.${wanted}_key, wanted.${wanted}_lower)
   ORDER BY coalesce(${table}.name_key, lower(${table}.name)) = wanted.${wanted}_lower DESC LIMIT 1`;

@QueryHandler(RoomsByNames)
export class RoomsByNamesHandler implements IQueryHandler<RoomsByNames> {
  constructor(private readonly database: Database) {}

  async execute({ names }: RoomsByNames): Promise<NamedRoom[]> {
    if (names.length === 0) return [];
    const lowerCased = (name: string): string => normaliseText(name).toLowerCase();
    return this.database.query<NamedRoom>(
      `SELECT wanted.theatre, wanted.room, theatre.id AS theatre_id, room.id AS room_id
       FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
         AS wanted (theatre, theatre_id, theatre_key, theatre_lower, room, room_key, room_lower)
       LEFT JOIN LATERAL (
         (SELECT id FROM rooms.theatres WHERE id = wanted.theatre_id)
         UNION ALL
         (SELECT id FROM rooms.theatres WHERE wanted.theatre_id IS NULL AND ${bestNameMatch('theatres', 'theatre')})
       ) AS theatre ON true
       LEFT JOIN LATERAL (
         SELECT id FROM rooms.rooms WHERE rooms.theatre_id = theatre.id AND rooms.closed_at IS NULL AND ${bestNameMatch('rooms', 'room')}
       ) AS room ON true`,
      [
        names.map(({ theatre }) => theatre),
        names.map(({ theatre }) => (isUuid(theatre) ? theatre : null)),
        names.map(({ theatre }) => sortKey(theatre)),
        names.map(({ theatre }) => lowerCased(theatre)),
        names.map(({ room }) => room),
        names.map(({ room }) => sortKey(room)),
        names.map(({ room }) => lowerCased(room)),
      ],
    );
  }
}
