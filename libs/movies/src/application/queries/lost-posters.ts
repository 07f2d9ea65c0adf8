import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { Movies } from '../../domain/movies.js';
import { POSTER_WIDTHS, PosterStorage, posterKey } from '../../domain/poster-storage.js';

/** Requests to the storage at the same time. */
const MAX_REQUESTS = 16;
const AT_ONCE = MAX_REQUESTS / POSTER_WIDTHS.length;

/** A movie whose poster leads to nothing. */
export interface LostPoster {
  readonly movieId: string;
  readonly title: string;
  readonly posterId: string;
  /** The objects that are not there. */
  readonly keys: readonly string[];
}

export interface LostPostersPage {
  readonly lost: readonly LostPoster[];
  /** Posters that were looked at. */
  readonly checked: number;
  /** Where the next page begins; null: there is none. */
  readonly nextAfter: string | null;
}

/** Asks the storage for every object of a page of posters. Retired movies are included. Throws `PosterStorageUnavailable`. */
export class LostPosters extends Query<LostPostersPage> {
  /** `after`: the id of a movie, or null for the first page. */
  constructor(readonly page: { readonly after: string | null; readonly limit: number }) {
    super();
  }
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly posterId: string;
}

@QueryHandler(LostPosters)
export class LostPostersHandler implements IQueryHandler<LostPosters> {
  constructor(
    private readonly database: Database,
    private readonly movies: Movies,
    private readonly storage: PosterStorage,
  ) {}

  async execute({ page: { after, limit } }: LostPosters): Promise<LostPostersPage> {
    const rows = await this.database.query<Row>(
      `SELECT id, title, poster_id FROM movies.movies WHERE poster_id IS NOT NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
      [after, limit],
    );
    const lost: LostPoster[] = [];
    for (let from = 0; from < rows.length; from += AT_ONCE)
      lost.push(...(await Promise.all(rows.slice(from, from + AT_ONCE).map((row) => this.lostOf(row)))).flat());
    return { lost, checked: rows.length, nextAfter: rows.length < limit ? null : rows.at(-1)!.id };
  }

  private async lostOf({ id: movieId, title, posterId }: Row): Promise<LostPoster[]> {
    const keys = POSTER_WIDTHS.map((width) => posterKey({ movieId, posterId }, width));
    const isThere = await Promise.all(keys.map((key) => this.storage.has(key)));
    const missing = keys.filter((_, i) => isThere[i] !== true);
    // It may have been replaced, and its objects removed, since the row was read.
    if (missing.length === 0 || !(await this.movies.hasPoster({ movieId, posterId }))) return [];
    return [{ movieId, title, posterId, keys: missing }];
  }
}
