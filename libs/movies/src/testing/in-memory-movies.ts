import { MovieNotFound } from '../domain/errors.js';
import { Movie, type MovieState } from '../domain/movie.js';
import { type FilmIdentity, Movies, identityKey, identityOf } from '../domain/movies.js';

/** Keeps states and recorded events; knows nothing of genres being deleted. */
export class InMemoryMovies extends Movies {
  readonly states = new Map<string, MovieState>();
  readonly recorded: string[] = [];

  async add(movie: Movie): Promise<void> {
    return Promise.resolve(this.keep(movie));
  }

  async change<T>(id: string, decide: (movie: Movie) => T): Promise<T> {
    const state = this.states.get(id);
    if (state === undefined) throw new MovieNotFound();
    const movie = new Movie(state);
    const result = decide(movie);
    this.keep(movie);
    return Promise.resolve(result);
  }

  async knownAmong(films: readonly FilmIdentity[]): Promise<ReadonlySet<string>> {
    const here = new Set([...this.states.values()].map((state) => identityKey(identityOf(state))));
    return Promise.resolve(new Set(films.map(identityKey).filter((key) => here.has(key))));
  }

  async addAll(movies: readonly Movie[]): Promise<void> {
    return Promise.resolve(movies.forEach((movie) => this.keep(movie)));
  }

  private keep(movie: Movie): void {
    this.states.set(movie.id, movie.state);
    this.recorded.push(...movie.takeEvents().map(({ event }) => event.type));
  }
}
