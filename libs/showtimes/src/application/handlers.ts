/** Every handler of the showtimes context, and what the handlers share. The module provides them, and specs wire them with fakes. */
import { CancelShowtimeHandler } from './commands/cancel-showtime.js';
import { ChangeShowtimeHandler } from './commands/change-showtime.js';
import { ImportScheduleHandler } from './commands/import-schedule.js';
import { ScheduleShowtimeHandler } from './commands/schedule-showtime.js';
import { CancelShowtimesOfRetiredMovies } from './jobs/cancel-showtimes-of-retired-movies.js';
import { CorrectShowtimeEnds } from './jobs/correct-showtime-ends.js';
import { EffectOnShowtimesHandler } from './queries/effect-on-showtimes.js';
import { EverScheduledInHandler } from './queries/ever-scheduled-in.js';
import { MoviesPlayingOnHandler } from './queries/movies-playing-on.js';
import { ShowtimeViews } from './queries/parts/showtime-views.js';
import { ScheduleDryRunHandler } from './queries/schedule-dry-run.js';
import { ShowtimeDryRunHandler } from './queries/showtime-dry-run.js';
import { ShowtimeStatusesHandler } from './queries/showtime-statuses.js';
import { ShowtimeTermsByIdsHandler } from './queries/showtime-terms-by-ids.js';
import { ShowtimeHandler } from './queries/showtime.js';
import { ShowtimesAheadHandler } from './queries/showtimes-ahead.js';
import { ShowtimesByIdsHandler } from './queries/showtimes-by-ids.js';
import { ShowtimesOfDayHandler } from './queries/showtimes-of-day.js';
import { ShowtimesOfMovieHandler } from './queries/showtimes-of-movie.js';
import { ShowtimesThatWouldOverlapHandler } from './queries/showtimes-that-would-overlap.js';
import { ShowtimesHandler } from './queries/showtimes.js';
import { MoviesAndRooms } from './movies-and-rooms.js';
import { CancelShowtimesWhenMovieRetired } from './reactions/cancel-showtimes-when-movie-retired.js';
import { CorrectEndsWhenMovieChanged } from './reactions/correct-ends-when-movie-changed.js';
import { CorrectEndsWhenRoomChanged } from './reactions/correct-ends-when-room-changed.js';
import { RetiredMovieShowtimes } from './retired-movie-showtimes.js';
import { ScheduleNames } from './schedule-names.js';
import { ShowtimeEnds } from './showtime-ends.js';

const commandHandlers = [CancelShowtimeHandler, ChangeShowtimeHandler, ImportScheduleHandler, ScheduleShowtimeHandler];

const queryHandlers = [
  EffectOnShowtimesHandler,
  EverScheduledInHandler,
  MoviesPlayingOnHandler,
  ScheduleDryRunHandler,
  ShowtimeDryRunHandler,
  ShowtimeStatusesHandler,
  ShowtimeTermsByIdsHandler,
  ShowtimeHandler,
  ShowtimesAheadHandler,
  ShowtimesByIdsHandler,
  ShowtimesOfDayHandler,
  ShowtimesOfMovieHandler,
  ShowtimesThatWouldOverlapHandler,
  ShowtimesHandler,
];

export const showtimesHandlers = [...commandHandlers, ...queryHandlers];

/** What several of them share, and reactions and jobs too. */
export const showtimesServices = [MoviesAndRooms, ShowtimeViews, RetiredMovieShowtimes, ScheduleNames, ShowtimeEnds];

/** Run by the worker only. */
export const showtimesJobs = [CancelShowtimesOfRetiredMovies, CorrectShowtimeEnds];

/** Run by the worker only. */
export const showtimesReactions = [CancelShowtimesWhenMovieRetired, CorrectEndsWhenMovieChanged, CorrectEndsWhenRoomChanged];
