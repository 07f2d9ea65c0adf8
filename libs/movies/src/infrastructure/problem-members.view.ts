/** Members that refusals of movies add to a problem. */
import type { OverlappingShowtime } from '@app/contracts/showtimes.js';
import { ShowtimeOverlappingByRuntimeView } from '../application/queries/movie-dry-run.view.js';

export class MovieProblemMembers {
  /** The first hundred, by start, on `movies.runtime-overlaps-showtimes`. */
  overlappingShowtimes?: ShowtimeOverlappingByRuntimeView[];
  /** Ids that are no genre, on `movies.unknown-genres`. */
  genreIds?: string[];
  /** Showtimes that have not started, on `movies.movie-has-showtimes`. */
  showtimesAhead?: number;
}

export const OVERLAP_EXAMPLE: OverlappingShowtime = {
  id: '019a9d1e-8e31-7c22-9f3e-2c8f6f4cad33',
  startsAt: '2026-12-24T17:00:00.000Z',
  endsAt: '2026-12-24T20:00:00.000Z',
  roomFreeAt: '2026-12-24T20:15:00.000Z',
  room: { id: '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12', name: 'Room 1' },
  next: { id: '019a9d1e-8e31-7c22-9f3e-2c8f6f4cad34', startsAt: '2026-12-24T19:15:00.000Z' },
};
