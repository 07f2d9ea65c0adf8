/** Every handler of the movies context. The module provides them, and specs wire them with fakes. */
import { AddGenreHandler } from './commands/add-genre.js';
import { AddMovieHandler } from './commands/add-movie.js';
import { ChangeMovieHandler } from './commands/change-movie.js';
import { ImportMoviesHandler } from './commands/import-movies.js';
import { LinkGenreHandler } from './commands/link-genre.js';
import { RemoveGenreHandler } from './commands/remove-genre.js';
import { RemovePosterHandler } from './commands/remove-poster.js';
import { RenameGenreHandler } from './commands/rename-genre.js';
import { RetireMovieHandler } from './commands/retire-movie.js';
import { SetPosterHandler } from './commands/set-poster.js';
import { UnlinkGenreHandler } from './commands/unlink-genre.js';
import { RemoveUnusedPoster } from './jobs/remove-unused-poster.js';
import { PosterUploads } from './poster-uploads.js';
import { GenreHandler } from './queries/genre.js';
import { GenresHandler } from './queries/genres.js';
import { LostPostersHandler } from './queries/lost-posters.js';
import { MovieDryRunHandler } from './queries/movie-dry-run.js';
import { MovieHandler } from './queries/movie.js';
import { MoviesByIdsHandler } from './queries/movies-by-ids.js';
import { MoviesByTitlesHandler } from './queries/movies-by-titles.js';
import { MoviesHandler } from './queries/movies.js';
import { PosterHandler } from './queries/poster.js';
import { ProgrammeHandler } from './queries/programme.js';

const commandHandlers = [
  AddGenreHandler,
  AddMovieHandler,
  ChangeMovieHandler,
  ImportMoviesHandler,
  LinkGenreHandler,
  RemoveGenreHandler,
  RemovePosterHandler,
  RenameGenreHandler,
  RetireMovieHandler,
  SetPosterHandler,
  UnlinkGenreHandler,
];

const queryHandlers = [
  GenreHandler,
  GenresHandler,
  LostPostersHandler,
  MovieDryRunHandler,
  MovieHandler,
  MoviesByIdsHandler,
  MoviesByTitlesHandler,
  MoviesHandler,
  PosterHandler,
  ProgrammeHandler,
];

export const moviesHandlers = [...commandHandlers, ...queryHandlers];

/** What several of them share, and reactions and jobs too. */
export const moviesServices = [PosterUploads];

/** Run by the worker only. */
export const moviesJobs = [RemoveUnusedPoster];
