import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { NoPoster, MovieNotFound } from '../../domain/errors.js';
import { PosterStorage, type PosterWidth, posterKey } from '../../domain/poster-storage.js';

interface StoredPoster {
  readonly posterId: string;
  readonly url: string;
}

/** Where the poster of a movie is stored. Throws `MovieNotFound`, `NoPoster` or `PosterStorageUnavailable`. */
export class Poster extends Query<StoredPoster> {
  constructor(
    readonly movieId: string,
    readonly width: PosterWidth,
  ) {
    super();
  }
}

@QueryHandler(Poster)
export class PosterHandler implements IQueryHandler<Poster> {
  constructor(
    private readonly database: Database,
    private readonly storage: PosterStorage,
  ) {}

  async execute({ movieId, width }: Poster): Promise<StoredPoster> {
    const sql = 'SELECT poster_id FROM movies.movies WHERE id = $1';
    const [movie] = await this.database.prepared<{ posterId: string | null }>(sql, [movieId]);
    if (movie === undefined) throw new MovieNotFound();
    const { posterId } = movie;
    if (posterId === null) throw new NoPoster();
    return { posterId, url: this.storage.urlOf(posterKey({ movieId, posterId }, width)) };
  }
}
