/** The events and the published queries of the movies context. */
import { Query } from '@nestjs/cqrs';
import { DomainEvent } from '@app/kernel/domain-event.js';

export interface MovieFacts {
  movieId: string;
  title: string;
  runtimeMinutes: number;
  /** ISO date, or null where unknown. */
  releaseDate: string | null;
  ageRating: string | null;
  genres: readonly string[];
}

/** A movie was added to the catalogue. */
export class MovieAdded extends DomainEvent<MovieFacts> {
  static readonly type = 'movies.movie-added.v1';
}

/** Details of a movie changed. Carries all of them. */
export class MovieChanged extends DomainEvent<MovieFacts> {
  static readonly type = 'movies.movie-changed.v1';
}

/** A movie gets no new showtimes. With `cancelShowtimes` the showtimes ahead are cancelled too. */
export class MovieRetired extends DomainEvent<{ movieId: string; cancelShowtimes: boolean; reason: string | null }> {
  static readonly type = 'movies.movie-retired.v1';
}

/** A genre has another name. Every movie that has the genre now carries it. */
export class GenreRenamed extends DomainEvent<{ genreId: string; name: string; previousName: string }> {
  static readonly type = 'movies.genre-renamed.v1';
}

export interface MovieSummary {
  readonly id: string;
  readonly title: string;
  readonly runtimeMinutes: number;
  readonly retired: boolean;
}

/** The movies of these ids in any order, retired ones included. Unknown ids are left out. */
export class MoviesByIds extends Query<MovieSummary[]> {
  constructor(readonly movieIds: readonly string[]) {
    super();
  }
}

/** The movies with this title, without regard to case and accents, retired ones included. */
export interface MoviesOfTitle {
  /** As it was asked for. */
  readonly title: string;
  readonly movies: readonly MovieSummary[];
}

/** The movies of each of these titles: one answer a title, in the order of the question. */
export class MoviesByTitles extends Query<MoviesOfTitle[]> {
  constructor(readonly titles: readonly string[]) {
    super();
  }
}
