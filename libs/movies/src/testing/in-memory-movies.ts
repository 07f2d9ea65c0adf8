import { MovieNotFound } from '../domain/errors.js';
import { Movie, type MovieState } from '../domain/movie.js';
import { type MovieIdentity, Movies, identityKey, identityOf } from '../domain/movies.js';
import type { PosterName } from '../domain/poster-storage.js';

/** Stores states and the types of recorded events. It does not check that genres exist. */
export class InMemoryMovies extends Movies {
  readonly states = new Map<string, MovieState>();
  readonly recorded: string[] = [];

  async add(movie: Movie): Promise<void> {
    return Promise.resolve(this.store(movie));
  }

  read(id: string): Promise<Movie> {
    const state = this.states.get(id);
    return state === undefined ? Promise.reject(new MovieNotFound()) : Promise.resolve(new Movie(state));
  }

  async change<T>(id: string, decide: (movie: Movie) => T): Promise<T> {
    const movie = await this.read(id);
    const result = decide(movie);
    this.store(movie);
    return result;
  }

  async knownAmong(identities: readonly MovieIdentity[]): Promise<ReadonlySet<string>> {
    const stored = new Set([...this.states.values()].map((state) => identityKey(identityOf(state))));
    return Promise.resolve(new Set(identities.map(identityKey).filter((key) => stored.has(key))));
  }

  hasPoster({ movieId, posterId }: PosterName): Promise<boolean> {
    return Promise.resolve(this.states.get(movieId)?.posterId === posterId);
  }

  async addAll(movies: readonly Movie[]): Promise<void> {
    return Promise.resolve(movies.forEach((movie) => this.store(movie)));
  }

  haveGenre(genreId: string): boolean {
    return [...this.states.values()].some(({ genres }) => genres.some(({ id }) => id === genreId));
  }

  private store(movie: Movie): void {
    this.states.set(movie.id, movie.state);
    this.recorded.push(...movie.takeEvents().map(({ event }) => event.type));
  }
}
