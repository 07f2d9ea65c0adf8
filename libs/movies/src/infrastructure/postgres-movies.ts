import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/postgres-errors.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { MovieNotFound, UnknownGenres } from '../domain/errors.js';
import type { Genre } from '../domain/genre.js';
import { Movie } from '../domain/movie.js';
import { type FilmIdentity, Movies, identityKey } from '../domain/movies.js';
import { movieSchema } from './movie.schema.js';

/** Not an `AggregateRepository`: a film is a row and its genres are others. */
@Injectable()
export class PostgresMovies extends Movies {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async add(movie: Movie): Promise<void> {
    await this.addAll([movie]);
  }

  async change<T>(id: string, decide: (movie: Movie) => T): Promise<T> {
    return this.database.transaction(async () => {
      const record = await this.database.manager.findOne(movieSchema, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (record === null) throw new MovieNotFound();
      const movie = new Movie({ ...record, genres: await this.genresOf(id) });
      const result = decide(movie);
      if (movie.hasChanged) await this.store(movie);
      return result;
    });
  }

  async knownAmong(films: readonly FilmIdentity[]): Promise<ReadonlySet<string>> {
    await this.waitForOtherImports();
    const known = await this.database.query<{ titleKey: string; releaseYear: number | null }>(
      `SELECT DISTINCT film.title_key, film.release_year FROM unnest($1::text[], $2::int[]) AS film (title_key, release_year)
       JOIN movies.movies m ON m.title_key = film.title_key AND date_part('year', m.release_date)::int IS NOT DISTINCT FROM film.release_year`,
      [films.map(({ titleKey }) => titleKey), films.map(({ releaseYear }) => releaseYear)],
    );
    return new Set(known.map(({ titleKey, releaseYear }) => identityKey({ titleKey: titleKey, releaseYear: releaseYear })));
  }

  async addAll(movies: readonly Movie[]): Promise<void> {
    if (movies.length === 0) return;
    const states = movies.map(({ state }) => state);
    await this.database.transaction(async () => {
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
      await this.list(movies);
      await this.outbox.append(movies);
    });
  }

  /** A statement of its own, so that the next one sees what this one waited for. */
  protected async waitForOtherImports(): Promise<void> {
    await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('movies.import', 0))`);
  }

  private async store(movie: Movie): Promise<void> {
    const { genres: _genres, ...record } = movie.state;
    await this.database.manager.update(movieSchema, { id: movie.id }, record);
    await this.database.query('DELETE FROM movies.movie_genres WHERE movie_id = $1', [movie.id]);
    await this.list([movie]);
    await this.outbox.append([movie]);
  }

  /** Under their genres. */
  private async list(movies: readonly Movie[]): Promise<void> {
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
      `SELECT g.id, g.name FROM movies.movie_genres mg JOIN movies.genres g ON g.id = mg.genre_id WHERE mg.movie_id = $1 ORDER BY g.name_key`,
      [movieId],
    );
  }
}
