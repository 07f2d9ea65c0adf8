/** Members that refusals of movies add to a problem. */
import { ShowtimeOverlappingByRuntimeView } from '../application/queries/movie-dry-run.view.js';

export class MovieProblemMembers {
  /** The first hundred, by start, on `movies.runtime-overlaps-showtimes`. */
  overlappingShowtimes?: ShowtimeOverlappingByRuntimeView[];
  /** Ids that are no genre, on `movies.unknown-genres`. */
  genreIds?: string[];
  /** Showtimes that have not started, on `movies.movie-has-showtimes`. */
  showtimesAhead?: number;
}
