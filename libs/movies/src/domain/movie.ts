import { MovieAdded, MovieChanged, type MovieFacts, MovieRetired } from '@app/contracts/movies.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { newId } from '@app/kernel/id.js';
import { MovieHasShowtimes } from './errors.js';
import { type FilmFacts, comparable, tidy } from './film.js';
import type { Genre } from './genre.js';

export interface MovieState extends AggregateState, FilmFacts {
  readonly status: 'active' | 'retired';
  /** `comparable(title)`. */
  readonly titleKey: string;
  readonly genres: readonly Genre[];
}

export type MovieChanges = Partial<FilmFacts & { genres: readonly Genre[] }>;

export class Movie extends AggregateRoot<MovieState> {
  static add(film: FilmFacts & { genres: readonly Genre[] }): Movie {
    const { description, runtimeMinutes, releaseDate, ageRating, genres } = film;
    const title = tidy(film.title);
    const movie = new Movie({
      id: newId(),
      version: 0,
      status: 'active',
      title,
      titleKey: comparable(title),
      description,
      runtimeMinutes,
      releaseDate,
      ageRating,
      genres,
    });
    movie.record(new MovieAdded(factsOf(movie.state)));
    return movie;
  }

  change(changes: MovieChanges): void {
    const next: MovieState = { ...this.state, ...changes };
    const title = tidy(next.title);
    const changed = { ...next, title, titleKey: comparable(title) };
    if (JSON.stringify(changed) !== JSON.stringify(this.state)) this.record(new MovieChanged(factsOf(changed)), changed);
  }

  /**
   * `showtimesAhead`: how many showings of it have not ended. Throws `MovieHasShowtimes` unless they are cancelled with it. Retiring twice
   * is nothing new, except that showtimes scheduled in the same moment as the first time can still be cancelled.
   */
  retire({ showtimesAhead, cancelShowtimes }: { showtimesAhead: number; cancelShowtimes: boolean }): void {
    const retired = this.state.status === 'retired';
    if (retired && !(cancelShowtimes && showtimesAhead > 0)) return;
    if (showtimesAhead > 0 && !cancelShowtimes) throw new MovieHasShowtimes(showtimesAhead);
    this.record(new MovieRetired({ movieId: this.id, cancelShowtimes, reason: null }), { status: 'retired' });
  }
}

function factsOf({ id, title, runtimeMinutes, releaseDate, ageRating, genres }: MovieState): MovieFacts {
  return { movieId: id, title, runtimeMinutes, releaseDate, ageRating, genres: genres.map(({ name }) => name) };
}
