import { Injectable } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/database-errors.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { GenreInUse, GenreNameTaken, GenreNotFound, UnknownGenres } from '../domain/errors.js';
import { CatalogueGenre, type Genre, type GenreState } from '../domain/genre.js';
import { Genres } from '../domain/genres.js';
import { normaliseText, sortKey } from '@app/kernel/text.js';

@Injectable()
export class PostgresGenres extends Genres {
  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async add({ id, name }: Genre): Promise<void> {
    await this.database
      .query(`INSERT INTO movies.genres (id, name, name_key) VALUES ($1, $2, $3)`, [id, name, sortKey(name)])
      .catch((error: unknown) => refuseTakenName(error, name));
  }

  async change<T>(id: string, decide: (genre: CatalogueGenre) => T): Promise<T> {
    return this.transactions.run(async () => {
      const genre = new CatalogueGenre(await this.locked(id, 'FOR NO KEY UPDATE'));
      const result = decide(genre);
      if (!genre.hasChanged) return result;
      const { name, version } = genre.state;
      await this.database
        .query('UPDATE movies.genres SET name = $2, name_key = $3, version = $4 WHERE id = $1', [id, name, sortKey(name), version])
        .catch((error: unknown) => refuseTakenName(error, name));
      await this.outbox.append([genre]);
      return result;
    });
  }

  async remove(id: string): Promise<Genre> {
    return this.transactions.run(async () => {
      const { name } = await this.locked(id, 'FOR UPDATE');
      await this.database.query('DELETE FROM movies.genres WHERE id = $1', [id]).catch((error: unknown) => {
        throw brokenConstraint(error) === 'movie_genres_genre_fkey' ? new GenreInUse() : error;
      });
      return { id, name };
    });
  }

  /** `FOR NO KEY UPDATE` lets movies be given the genre meanwhile. */
  private async locked(id: string, lock: 'FOR UPDATE' | 'FOR NO KEY UPDATE'): Promise<GenreState> {
    const [genre] = await this.database.query<GenreState>(`SELECT id, name, version FROM movies.genres WHERE id = $1 ${lock}`, [id]);
    if (genre === undefined) throw new GenreNotFound();
    this.transactions.assertExpected(genre);
    return genre;
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
    const added = await this.database.change(
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
