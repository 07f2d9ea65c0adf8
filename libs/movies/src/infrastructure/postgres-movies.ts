import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/database-errors.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { MovieNotFound, UnknownGenres } from '../domain/errors.js';
import type { Genre } from '../domain/genre.js';
import { Movie } from '../domain/movie.js';
import { type MovieIdentity, Movies, identityKey } from '../domain/movies.js';
import type { PosterName } from '../domain/poster-storage.js';
import { movieSchema } from './movie.schema.js';

/** Not an `AggregateRepository`: the genres of a movie are rows of another table. */
@Injectable()
export class PostgresMovies extends Movies {
  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async add(movie: Movie): Promise<void> {
    await this.addAll([movie]);
  }

  async read(id: string): Promise<Movie> {
    const record = await this.database.manager.findOne(movieSchema, { where: { id } });
    if (record === null) throw new MovieNotFound();
    return new Movie({ ...record, genres: await this.genresOf(id) });
  }

  async change<T>(id: string, decide: (movie: Movie) => T): Promise<T> {
    return this.transactions.run(async () => {
      const record = await this.database.manager.findOne(movieSchema, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (record === null) throw new MovieNotFound();
      this.transactions.assertExpected(record);
      const movie = new Movie({ ...record, genres: await this.genresOf(id) });
      const result = decide(movie);
      if (movie.hasChanged) await this.store(movie);
      return result;
    });
  }

  async hasPoster({ movieId, posterId }: PosterName): Promise<boolean> {
    return (await this.database.query('SELECT FROM movies.movies WHERE id = $1 AND poster_id = $2', [movieId, posterId])).length > 0;
  }

  async knownAmong(identities: readonly MovieIdentity[]): Promise<ReadonlySet<string>> {
    await this.waitForOtherImports();
    const known = await this.database.query<MovieIdentity>(
      `SELECT DISTINCT wanted.title_key, wanted.release_year FROM unnest($1::text[], $2::int[]) AS wanted (title_key, release_year)
       JOIN movies.movies AS movie ON movie.title_key = wanted.title_key
         AND date_part('year', movie.release_date)::int IS NOT DISTINCT FROM wanted.release_year`,
      [identities.map(({ titleKey }) => titleKey), identities.map(({ releaseYear }) => releaseYear)],
    );
    return new Set(known.map(identityKey));
  }

  async addAll(movies: readonly Movie[]): Promise<void> {
    if (movies.length === 0) return;
    const states = movies.map(({ state }) => state);
    await this.transactions.run(async () => {
      await this.database.query(
        `INSERT INTO movies.movies (id, version, status, title, title_key, description, runtime_minutes, release_date, age_rating)
         SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::date[], $9::text[])`,
        [
          states.map(({ id }) => id),
          states.map(({ version }) => version),
          states.map(({ status }) => status),
          states.map(({ title }) => title),
          states.map(({ titleKey }) => titleKey),
          states.map(({ description }) => description),
          states.map(({ runtimeMinutes }) => runtimeMinutes),
          states.map(({ releaseDate }) => releaseDate),
          states.map(({ ageRating }) => ageRating),
        ],
      );
      await this.insertGenres(movies);
      await this.outbox.append(movies);
    });
  }

  /** A statement of its own: under READ COMMITTED only the next one sees what the other import has committed. */
  protected async waitForOtherImports(): Promise<void> {
    await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('movies.import', 0))`);
  }

  private async store(movie: Movie): Promise<void> {
    const { genres: _genres, ...record } = movie.state;
    await this.database.manager.update(movieSchema, { id: movie.id }, record);
    await this.database.query('DELETE FROM movies.movie_genres WHERE movie_id = $1', [movie.id]);
    await this.insertGenres([movie]);
    await this.outbox.append([movie]);
  }

  private async insertGenres(movies: readonly Movie[]): Promise<void> {
    const pairs = movies.flatMap(({ id, state }) => state.genres.map((genre) => ({ movieId: id, genreId: genre.id })));
    if (pairs.length === 0) return;
    const genreIds = pairs.map(({ genreId }) => genreId);
    await this.database
      .query('INSERT INTO movies.movie_genres (movie_id, genre_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])', [
        pairs.map(({ movieId }) => movieId),
        genreIds,
      ])
      .catch((error: unknown) => {
        throw brokenConstraint(error) === 'movie_genres_genre_fkey' ? new UnknownGenres([...new Set(genreIds)]) : error;
      });
  }

  private async genresOf(movieId: string): Promise<Genre[]> {
    return this.database.query<Genre>(
      `SELECT genre.id, genre.name FROM movies.movie_genres AS listed JOIN movies.genres AS genre ON genre.id = listed.genre_id
       WHERE listed.movie_id = $1 ORDER BY genre.name_key`,
      [movieId],
    );
  }
}
