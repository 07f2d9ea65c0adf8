import { randomUUID } from 'node:crypto';
import { GenreInUse, GenreNameTaken, GenreNotFound, UnknownGenres } from '../domain/errors.js';
import { CatalogueGenre, type Genre } from '../domain/genre.js';
import { Genres } from '../domain/genres.js';
import { normaliseText, sortKey } from '@app/kernel/text.js';

export class InMemoryGenres extends Genres {
  readonly stored = new Map<string, Genre>();
  readonly recorded: object[] = [];

  constructor(private readonly isInUse: (id: string) => boolean = () => false) {
    super();
  }

  async add(genre: Genre): Promise<void> {
    if (this.named(genre.name) !== undefined) throw new GenreNameTaken(genre.name);
    this.stored.set(genre.id, genre);
    return Promise.resolve();
  }

  async change<T>(id: string, decide: (genre: CatalogueGenre) => T): Promise<T> {
    const before = this.stored.get(id);
    if (before === undefined) throw new GenreNotFound();
    const genre = new CatalogueGenre({ ...before, version: 0 });
    const result = decide(genre);
    const { name } = genre.state;
    if ((this.named(name)?.id ?? id) !== id) throw new GenreNameTaken(name);
    this.stored.set(id, { id, name });
    this.recorded.push(...genre.takeEvents().map(({ event }) => event));
    return Promise.resolve(result);
  }

  async remove(id: string): Promise<Genre> {
    const genre = this.stored.get(id);
    if (genre === undefined) throw new GenreNotFound();
    if (this.isInUse(id)) throw new GenreInUse();
    this.stored.delete(id);
    return Promise.resolve(genre);
  }

  async ofIds(ids: readonly string[]): Promise<Genre[]> {
    const missing = ids.filter((id) => !this.stored.has(id));
    if (missing.length > 0) throw new UnknownGenres(missing);
    const genres = [...new Set(ids)].map((id) => this.stored.get(id)!);
    return Promise.resolve(genres.sort((a, b) => (sortKey(a.name) < sortKey(b.name) ? -1 : 1)));
  }

  async ensure(names: readonly string[]): Promise<{ genres: ReadonlyMap<string, Genre>; added: number }> {
    const before = this.stored.size;
    for (const name of names) {
      if (this.named(name) === undefined) await this.add({ id: randomUUID(), name: normaliseText(name) });
    }
    const genres = new Map(names.map((name) => [sortKey(name), this.named(name)!]));
    return { genres, added: this.stored.size - before };
  }

  private named(name: string): Genre | undefined {
    return [...this.stored.values()].find((genre) => sortKey(genre.name) === sortKey(name));
  }
}
