/** Every handler of the movies context. The module provides them, and specs wire them with fakes. */
import { AddGenreHandler } from './commands/add-genre.js';
import { AddMovieHandler } from './commands/add-movie.js';
import { ChangeMovieHandler } from './commands/change-movie.js';
import { ImportMoviesHandler } from './commands/import-movies.js';
import { RemoveGenreHandler } from './commands/remove-genre.js';
import { RenameGenreHandler } from './commands/rename-genre.js';
import { RetireMovieHandler } from './commands/retire-movie.js';
import { GenreHandler } from './queries/genre.js';
import { GenresHandler } from './queries/genres.js';
import { MovieDryRunHandler } from './queries/movie-dry-run.js';
import { MovieHandler } from './queries/movie.js';
import { MoviesByIdsHandler } from './queries/movies-by-ids.js';
import { MoviesHandler } from './queries/movies.js';

export const moviesHandlers = [
  AddGenreHandler,
  AddMovieHandler,
  ChangeMovieHandler,
  ImportMoviesHandler,
  RemoveGenreHandler,
  RenameGenreHandler,
  RetireMovieHandler,
  GenreHandler,
  GenresHandler,
  MovieDryRunHandler,
  MovieHandler,
  MoviesByIdsHandler,
  MoviesHandler,
];
