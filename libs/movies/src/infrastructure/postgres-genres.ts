import { Injectable } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/postgres-errors.js';
import { GenreInUse, GenreNameTaken, GenreNotFound, UnknownGenres } from '../domain/errors.js';
import { comparable, tidy } from '../domain/film.js';
import type { Genre } from '../domain/genre.js';
import { Genres } from '../domain/genres.js';

@Injectable()
export class PostgresGenres extends Genres {
  constructor(private readonly database: Database) {
    super();
  }

  async add({ id, name }: Genre): Promise<void> {
    await this.named(name, `INSERT INTO movies.genres (id, name, name_key) VALUES ($1, $2, $3)`, [id, name, comparable(name)]);
  }

  async rename({ id, name }: Genre): Promise<void> {
    const renamed = await this.named(name, `UPDATE movies.genres SET name = $2, name_key = $3 WHERE id = $1`, [id, name, comparable(name)]);
    if (renamed === 0) throw new GenreNotFound();
  }

  async remove(id: string): Promise<void> {
    const removed = await this.database.affected(`DELETE FROM movies.genres WHERE id = $1`, [id]).catch((error: unknown) => {
      throw brokenConstraint(error) === 'movie_genres_genre_fkey' ? new GenreInUse() : error;
    });
    if (removed === 0) throw new GenreNotFound();
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
    const wanted = new Map(names.map((name) => [comparable(name), tidy(name)]));
    // In order of their names: two imports that make the same genres wait for each other instead of deadlocking.
    const keys = [...wanted.keys()].sort();
    const added = await this.database.affected(
      `INSERT INTO movies.genres (id, name, name_key) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) ON CONFLICT (name_key) DO NOTHING`,
      [keys.map(() => newId()), keys.map((key) => wanted.get(key)), keys],
    );
    const rows = await this.database.query<Genre & { key: string }>(
      `SELECT id, name, name_key AS key FROM movies.genres WHERE name_key = ANY ($1::text[]) FOR KEY SHARE`,
      [keys],
    );
    return { genres: new Map(rows.map(({ key, id, name }) => [key, { id, name }])), added };
  }

  private async named(name: string, sql: string, parameters: readonly unknown[]): Promise<number> {
    return this.database.affected(sql, parameters).catch((error: unknown) => {
      throw brokenConstraint(error) === 'genres_name_key' ? new GenreNameTaken(name) : error;
    });
  }
}
