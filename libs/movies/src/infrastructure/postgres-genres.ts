import { Injectable } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/postgres-errors.js';
import { GenreInUse, GenreNameTaken, GenreNotFound, UnknownGenres } from '../domain/errors.js';
import type { Genre } from '../domain/genre.js';
import { Genres } from '../domain/genres.js';
import { normaliseText, sortKey } from '../domain/text.js';

/** Each change is one statement, so that it needs no transaction of its own. */
@Injectable()
export class PostgresGenres extends Genres {
  constructor(private readonly database: Database) {
    super();
  }

  async add({ id, name }: Genre): Promise<void> {
    await this.database
      .query(`INSERT INTO movies.genres (id, name, name_key) VALUES ($1, $2, $3)`, [id, name, sortKey(name)])
      .catch((error: unknown) => refuseTakenName(error, name));
  }

  async rename({ id, name }: Genre): Promise<boolean> {
    const [renamed] = await this.database
      .query<{ changed: boolean }>(
        `UPDATE movies.genres AS genre SET name = $2, name_key = $3
         FROM (SELECT id, name FROM movies.genres WHERE id = $1 FOR UPDATE) AS before
         WHERE genre.id = before.id RETURNING genre.name <> before.name AS changed`,
        [id, name, sortKey(name)],
      )
      .catch((error: unknown) => refuseTakenName(error, name));
    if (renamed === undefined) throw new GenreNotFound();
    return renamed.changed;
  }

  async remove(id: string): Promise<Genre> {
    const [removed] = await this.database
      .query<Genre>(`DELETE FROM movies.genres WHERE id = $1 RETURNING id, name`, [id])
      .catch((error: unknown) => {
        throw brokenConstraint(error) === 'movie_genres_genre_fkey' ? new GenreInUse() : error;
      });
    if (removed === undefined) throw new GenreNotFound();
    return removed;
  }

  async ofIds(ids: readonly string[]): Promise<Genre[]> {
    if (ids.length === 0) return [];
    const genres = await this.database.query<Genre>(`SELECT id, name FROM movies.genres WHERE id = ANY ($1::uuid[]) ORDER BY name_key`, [
      ids,
    ]);
    const missing = ids.filter((id) => !genres.some((genre) => genre.id === id));
    if (missing.length > 0) throw new UnknownGenres(missing);
    return genres;
  }

  async ensure(names: readonly string[]): Promise<{ genres: ReadonlyMap<string, Genre>; added: number }> {
    const nameOfKey = new Map(names.map((name) => [sortKey(name), normaliseText(name)]));
    // Sorted: two imports that add the same genres wait for each other and do not deadlock.
    const keys = [...nameOfKey.keys()].sort();
    const added = await this.database.affected(
      `INSERT INTO movies.genres (id, name, name_key) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) ON CONFLICT (name_key) DO NOTHING`,
      [keys.map(() => newId()), keys.map((key) => nameOfKey.get(key)), keys],
    );
    const rows = await this.database.query<Genre & { nameKey: string }>(
      `SELECT id, name, name_key FROM movies.genres WHERE name_key = ANY ($1::text[]) FOR KEY SHARE`,
      [keys],
    );
    return { genres: new Map(rows.map(({ nameKey, id, name }) => [nameKey, { id, name }])), added };
  }
}

function refuseTakenName(error: unknown, name: string): never {
  throw brokenConstraint(error) === 'genres_name_key' ? new GenreNameTaken(name) : error;
}
