import type { OverlappingShowtime } from '@app/contracts/showtimes.js';
import { Conflict, Invalid, NotFound, Unavailable } from '@app/kernel/domain-error.js';

export class MovieNotFound extends NotFound {
  constructor() {
    super('movies.movie-not-found', 'There is no such movie.');
  }
}

export class TheatreNotFound extends NotFound {
  constructor() {
    super('movies.theatre-not-found', 'There is no such theatre.');
  }
}

export class MovieHasShowtimes extends Conflict {
  constructor(showtimesAhead: number) {
    super('movies.movie-has-showtimes', 'This movie has showtimes ahead. Cancel them first, or retire the movie together with them.', {
      showtimesAhead,
    });
  }
}

/** The showtimes by start, a hundred at most. */
export class RuntimeOverlapsShowtimes extends Conflict {
  constructor(overlappingShowtimes: readonly OverlappingShowtime[]) {
    super(
      'movies.runtime-overlaps-showtimes',
      'With this runtime, showtimes of the movie would overlap with the next ones of their rooms. Cancel or move some of them first.',
      { overlappingShowtimes },
    );
  }
}

export class UnknownGenres extends Invalid {
  constructor(genreIds: readonly string[]) {
    super('movies.unknown-genres', `There is no genre ${genreIds.join(', ')}.`, { genreIds });
  }
}

export class TooManyGenres extends Invalid {
  constructor(limit: number) {
    super('movies.too-many-genres', `A movie has at most ${limit} genres.`);
  }
}

export class GenreNotFound extends NotFound {
  constructor() {
    super('movies.genre-not-found', 'There is no such genre.');
  }
}

export class GenreNameTaken extends Conflict {
  constructor(name: string) {
    super('movies.genre-name-taken', `There is already a genre called ${name}.`);
  }
}

export class GenreInUse extends Conflict {
  constructor() {
    super('movies.genre-in-use', 'Movies have this genre. Remove it from them first.');
  }
}

export class NoPoster extends NotFound {
  constructor() {
    super('movies.no-poster', 'This movie has no poster.');
  }
}

/** `reason` completes "The poster …". */
export class PosterRefused extends Invalid {
  constructor(reason: string) {
    super('movies.poster-refused', `The poster ${reason}.`);
  }
}

const RETRY_AFTER_SECONDS = 5;

/** The storage does not answer, or there is none in this installation. */
export class PosterStorageUnavailable extends Unavailable {
  constructor() {
    super('movies.poster-storage-unavailable', 'Posters cannot be stored right now. Try again shortly.', {
      retryAfter: RETRY_AFTER_SECONDS,
    });
  }
}
