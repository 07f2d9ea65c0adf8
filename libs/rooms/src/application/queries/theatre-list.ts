import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { THEATRE_COLUMNS, type TheatreRow, type TheatreView, viewOfTheatre } from './theatre-view.js';

/** Theatres by name, one more than `limit` when there are more. */
export class TheatreList extends Query<TheatreView[]> {
  constructor(
    /** Name and id of the last one seen. */
    readonly after: readonly string[] | null,
    readonly limit: number,
  ) {
    super();
  }
}

@QueryHandler(TheatreList)
export class TheatreListHandler implements IQueryHandler<TheatreList> {
  constructor(private readonly database: Database) {}

  async execute({ after, limit }: TheatreList): Promise<TheatreView[]> {
    const rows = await this.database.query<TheatreRow>(
      `SELECT ${THEATRE_COLUMNS} FROM rooms.theatres
       WHERE $1::text IS NULL OR (name, id) > ($1, $2::uuid)
       ORDER BY name, id LIMIT $3 + 1`,
      [after?.[0] ?? null, after?.[1] ?? null, limit],
    );
    return rows.map(viewOfTheatre);
  }
}
