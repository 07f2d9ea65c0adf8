import { MovieAdded, MovieChanged, type MovieFacts, MovieRetired } from '@app/contracts/movies.js';
import type { OverlappingShowtime } from '@app/contracts/showtimes.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { newId } from '@app/kernel/id.js';
import { NoPoster, MovieHasShowtimes, RuntimeOverlapsShowtimes, TooManyGenres } from './errors.js';
import type { Genre } from './genre.js';
import { MOVIE_LIMITS, type MovieDetails } from './movie-details.js';
import { normaliseText, sortKey } from '@app/kernel/text.js';

export interface MovieState extends AggregateState, MovieDetails {
  readonly status: 'active' | 'retired';
  /** `sortKey(title)`. */
  readonly titleKey: string;
  readonly genres: readonly Genre[];
  /** Null: no poster. The keys of its images are made of this id. */
  readonly posterId: string | null;
}

type MovieChanges = Partial<MovieDetails & { genres: readonly Genre[] }>;

export class Movie extends AggregateRoot<MovieState> {
  static add(details: MovieDetails & { genres: readonly Genre[] }): Movie {
    const { description, runtimeMinutes, releaseDate, ageRating, genres } = details;
    const title = normaliseText(details.title);
    const movie = new Movie({
      id: newId(),
      version: 0,
      status: 'active',
      title,
      titleKey: sortKey(title),
      description,
      runtimeMinutes,
      releaseDate,
      ageRating,
      genres,
      posterId: null,
    });
    movie.record(new MovieAdded(factsOf(movie.state)));
    return movie;
  }

  /**
   * `overlappingShowtimes` are those ahead that would overlap with the new runtime. Records nothing when nothing differs. Throws
   * `RuntimeOverlapsShowtimes`.
   */
  change(changes: MovieChanges, { overlappingShowtimes }: { overlappingShowtimes: readonly OverlappingShowtime[] }): void {
    const changesRuntime = (changes.runtimeMinutes ?? this.state.runtimeMinutes) !== this.state.runtimeMinutes;
    if (changesRuntime && overlappingShowtimes.length > 0) throw new RuntimeOverlapsShowtimes(overlappingShowtimes);
    const next: MovieState = { ...this.state, ...changes };
    const title = normaliseText(next.title);
    const changed = { ...next, title, titleKey: sortKey(title) };
    if (JSON.stringify(changed) !== JSON.stringify(this.state)) this.record(new MovieChanged(factsOf(changed)), changed);
  }

  /** A genre that the movie has already changes nothing. Throws `TooManyGenres`. */
  linkGenre(genre: Genre): void {
    const { genres } = this.state;
    if (genres.some(({ id }) => id === genre.id)) return;
    if (genres.length >= MOVIE_LIMITS.genres) throw new TooManyGenres(MOVIE_LIMITS.genres);
    const sorted = [...genres, genre].sort((a, b) => (sortKey(a.name) < sortKey(b.name) ? -1 : 1));
    this.change({ genres: sorted }, { overlappingShowtimes: [] });
  }

  /** A genre that the movie does not have changes nothing. */
  unlinkGenre(genreId: string): void {
    this.change({ genres: this.state.genres.filter(({ id }) => id !== genreId) }, { overlappingShowtimes: [] });
  }

  /** Returns the id of the poster that the movie had. A retired movie may get a poster, too: tickets still show it. */
  setPoster(posterId: string): string | null {
    const previous = this.state.posterId;
    this.record(new MovieChanged(factsOf(this.state)), { posterId });
    return previous;
  }

  /** Returns the id of the poster that the movie had. Throws `NoPoster`. */
  removePoster(): string {
    const { posterId } = this.state;
    if (posterId === null) throw new NoPoster();
    this.record(new MovieChanged(factsOf(this.state)), { posterId: null });
    return posterId;
  }

  /**
   * `showtimesAhead` is the number of its scheduled showtimes that have not ended. Throws `MovieHasShowtimes` unless they are cancelled too.
   * A second call records nothing, except that it can still cancel showtimes that were scheduled at the same moment as the first.
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
