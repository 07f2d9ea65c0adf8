import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keyset, type Page } from '@app/platform/persistence/keyset.js';
import { THEATRE_COLUMNS, type TheatreRow, type TheatreView, theatreView } from './theatre.view.js';

/** Theatres by name. Throws `InvalidCursor`. */
export class Theatres extends Query<Page<TheatreView>> {
  constructor(readonly filter: { readonly limit: number; readonly cursor?: string | undefined }) {
    super();
  }
}

@QueryHandler(Theatres)
export class TheatresHandler implements IQueryHandler<Theatres> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { limit, cursor } }: Theatres): Promise<Page<TheatreView>> {
    return keyset<TheatreRow, TheatreView>(this.database, {
      select: `SELECT ${THEATRE_COLUMNS} FROM rooms.theatres`,
      filters: [],
      sort: [
        { column: 'name', property: 'name', type: 'text' },
        { column: 'id', property: 'id', type: 'uuid' },
      ],
      direction: 'asc',
      limit,
      cursor,
      view: theatreView,
    });
  }
}
