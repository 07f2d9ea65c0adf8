/** Puts the movies context together: what every process needs, what the HTTP door needs, what the worker needs. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AddGenreHandler } from './application/commands/add-genre.js';
import { AddMovieHandler } from './application/commands/add-movie.js';
import { ChangeMovieHandler } from './application/commands/change-movie.js';
import { ImportMoviesHandler } from './application/commands/import-movies.js';
import { RemoveGenreHandler } from './application/commands/remove-genre.js';
import { RenameGenreHandler } from './application/commands/rename-genre.js';
import { RetireMovieHandler } from './application/commands/retire-movie.js';
import { CatalogueHandler } from './application/queries/catalogue.js';
import { GenreByIdHandler } from './application/queries/genre-by-id.js';
import { GenreListHandler } from './application/queries/genre-list.js';
import { MovieByIdHandler } from './application/queries/movie-by-id.js';
import { MoviesByIdsHandler } from './application/queries/movies-by-ids.js';
import { Genres } from './domain/genres.js';
import { Movies } from './domain/movies.js';
import { GenresController } from './infrastructure/genres.controller.js';
import { movieSchema } from './infrastructure/movie.schema.js';
import { MoviesController } from './infrastructure/movies.controller.js';
import { PostgresGenres } from './infrastructure/postgres-genres.js';
import { PostgresMovies } from './infrastructure/postgres-movies.js';

const commands = [
  AddMovieHandler,
  ChangeMovieHandler,
  RetireMovieHandler,
  ImportMoviesHandler,
  AddGenreHandler,
  RenameGenreHandler,
  RemoveGenreHandler,
];
const queries = [CatalogueHandler, MovieByIdHandler, MoviesByIdsHandler, GenreListHandler, GenreByIdHandler];

@Module({
  imports: [TypeOrmModule.forFeature([movieSchema])],
  providers: [...commands, ...queries, { provide: Movies, useClass: PostgresMovies }, { provide: Genres, useClass: PostgresGenres }],
})
export class MoviesModule {}

@Module({ imports: [MoviesModule], controllers: [MoviesController, GenresController] })
export class MoviesApi {}

@Module({ imports: [MoviesModule] })
export class MoviesWorker {}
