/** What movies tells the others and answers them. */
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

/** A film joined the catalogue. */
export class MovieAdded extends DomainEvent<MovieFacts> {
  static readonly type = 'movies.movie-added.v1';
}

/** What is known about a film changed; carries all of it. */
export class MovieChanged extends DomainEvent<MovieFacts> {
  static readonly type = 'movies.movie-changed.v1';
}

/** No new showtimes for this film; with `cancelShowtimes` those ahead are cancelled too. */
export class MovieRetired extends DomainEvent<{ movieId: string; cancelShowtimes: boolean; reason: string | null }> {
  static readonly type = 'movies.movie-retired.v1';
}

export interface MovieSummary {
  readonly id: string;
  readonly title: string;
  readonly runtimeMinutes: number;
  readonly retired: boolean;
}

/** The films of these ids, in no particular order; unknown ids are left out. Retired ones are included. */
export class MoviesByIds extends Query<MovieSummary[]> {
  constructor(readonly movieIds: readonly string[]) {
    super();
  }
}
