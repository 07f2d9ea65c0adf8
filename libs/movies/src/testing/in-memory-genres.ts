import { randomUUID } from 'node:crypto';
import { GenreInUse, GenreNameTaken, GenreNotFound, UnknownGenres } from '../domain/errors.js';
import { comparable, tidy } from '../domain/film.js';
import type { Genre } from '../domain/genre.js';
import { Genres } from '../domain/genres.js';

export class InMemoryGenres extends Genres {
  readonly kept = new Map<string, Genre>();

  constructor(private readonly isInUse: (id: string) => boolean = () => false) {
    super();
  }

  async add(genre: Genre): Promise<void> {
    if (this.named(genre.name) !== undefined) throw new GenreNameTaken(genre.name);
    this.kept.set(genre.id, genre);
    return Promise.resolve();
  }

  async rename(genre: Genre): Promise<void> {
    if (!this.kept.has(genre.id)) throw new GenreNotFound();
    if ((this.named(genre.name)?.id ?? genre.id) !== genre.id) throw new GenreNameTaken(genre.name);
    this.kept.set(genre.id, genre);
    return Promise.resolve();
  }

  async remove(id: string): Promise<void> {
    if (!this.kept.has(id)) throw new GenreNotFound();
    if (this.isInUse(id)) throw new GenreInUse();
    this.kept.delete(id);
    return Promise.resolve();
  }

  async ofIds(ids: readonly string[]): Promise<Genre[]> {
    const missing = ids.filter((id) => !this.kept.has(id));
    if (missing.length > 0) throw new UnknownGenres(missing);
    const genres = [...new Set(ids)].map((id) => this.kept.get(id)!);
    return Promise.resolve(genres.sort((a, b) => (comparable(a.name) < comparable(b.name) ? -1 : 1)));
  }

  async ensure(names: readonly string[]): Promise<{ genres: ReadonlyMap<string, Genre>; added: number }> {
    const before = this.kept.size;
    for (const name of names) {
      if (this.named(name) === undefined) await this.add({ id: randomUUID(), name: tidy(name) });
    }
    const genres = new Map(names.map((name) => [comparable(name), this.named(name)!]));
    return { genres, added: this.kept.size - before };
  }

  private named(name: string): Genre | undefined {
    return [...this.kept.values()].find((genre) => comparable(genre.name) === comparable(name));
  }
}
