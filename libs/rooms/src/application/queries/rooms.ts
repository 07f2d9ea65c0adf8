import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keyset, type Page } from '@app/platform/persistence/keyset.js';
import { ROOM_COLUMNS, type RoomRow, type RoomView, roomView } from './room.view.js';

interface RoomsFilter {
  /** Any of these. */
  readonly theatreId?: readonly string[] | undefined;
  readonly status: readonly ('open' | 'closed')[];
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Rooms by name. Throws `InvalidCursor`. */
export class Rooms extends Query<Page<RoomView>> {
  constructor(readonly filter: RoomsFilter) {
    super();
  }
}

@QueryHandler(Rooms)
export class RoomsHandler implements IQueryHandler<Rooms> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { theatreId, status, limit, cursor } }: Rooms): Promise<Page<RoomView>> {
    return keyset<RoomRow, RoomView>(this.database, {
      select: `SELECT ${ROOM_COLUMNS} FROM rooms.rooms AS room JOIN rooms.theatres AS theatre ON theatre.id = room.theatre_id`,
      filters: new Set(status).size > 1 ? [] : [[status[0] === 'closed' ? 'room.closed_at IS NOT NULL' : 'room.closed_at IS NULL']],
      anyOf: [['room.theatre_id', theatreId]],
      sort: [
        { column: 'room.name', property: 'name', type: 'text' },
        { column: 'room.id', property: 'id', type: 'uuid' },
      ],
      direction: 'asc',
      limit,
      cursor,
      view: roomView,
    });
  }
}
