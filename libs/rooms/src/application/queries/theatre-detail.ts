import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { TheatreNotFound } from '../../domain/errors.js';
import { THEATRE_COLUMNS, type TheatreRow, type TheatreView, viewOfTheatre } from './theatre-view.js';

export class TheatreDetail extends Query<TheatreView> {
  constructor(readonly theatreId: string) {
    super();
  }
}

@QueryHandler(TheatreDetail)
export class TheatreDetailHandler implements IQueryHandler<TheatreDetail> {
  constructor(private readonly database: Database) {}

  async execute({ theatreId }: TheatreDetail): Promise<TheatreView> {
    const [row] = await this.database.query<TheatreRow>(`SELECT ${THEATRE_COLUMNS} FROM rooms.theatres WHERE id = $1`, [theatreId]);
    if (row === undefined) throw new TheatreNotFound();
    return viewOfTheatre(row);
  }
}
