import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { ROOM_COLUMNS, type RoomRow, type RoomView, viewOfRoom } from './room-view.js';

export interface RoomListFilter {
  readonly theatreId: string | null;
  readonly status: 'open' | 'closed';
  /** Name and id of the last one seen. */
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** Rooms by name, one more than `limit` when there are more. */
export class RoomList extends Query<RoomView[]> {
  constructor(readonly filter: RoomListFilter) {
    super();
  }
}

@QueryHandler(RoomList)
export class RoomListHandler implements IQueryHandler<RoomList> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { theatreId, status, after, limit } }: RoomList): Promise<RoomView[]> {
    const rows = await this.database.query<RoomRow>(
      `SELECT ${ROOM_COLUMNS} FROM rooms.rooms AS room JOIN rooms.theatres AS theatre ON theatre.id = room.theatre_id
       WHERE ($1::uuid IS NULL OR room.theatre_id = $1) AND (room.closed_at IS NOT NULL) = $2
         AND ($3::text IS NULL OR (room.name, room.id) > ($3, $4::uuid))
       ORDER BY room.name, room.id LIMIT $5 + 1`,
      [theatreId, status === 'closed', after?.[0] ?? null, after?.[1] ?? null, limit],
    );
    return rows.map(viewOfRoom);
  }
}
