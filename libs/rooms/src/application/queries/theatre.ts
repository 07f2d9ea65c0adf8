import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { TheatreNotFound } from '../../domain/errors.js';
import { THEATRE_COLUMNS, type TheatreRow, type TheatreView, theatreView } from './theatre.view.js';

/** Throws `TheatreNotFound`. */
export class Theatre extends Query<TheatreView> {
  constructor(readonly theatreId: string) {
    super();
  }
}

@QueryHandler(Theatre)
export class TheatreHandler implements IQueryHandler<Theatre> {
  constructor(private readonly database: Database) {}

  async execute({ theatreId }: Theatre): Promise<TheatreView> {
    const [row] = await this.database.query<TheatreRow>(`SELECT ${THEATRE_COLUMNS} FROM rooms.theatres WHERE id = $1`, [theatreId]);
    if (row === undefined) throw new TheatreNotFound();
    return theatreView(row);
  }
}
