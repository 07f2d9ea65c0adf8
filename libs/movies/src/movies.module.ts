/** The modules of the movies context: what every process provides, and what the API and the worker add to it. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { moviesHandlers } from './application/handlers.js';
import { Genres } from './domain/genres.js';
import { Movies } from './domain/movies.js';
import { GenresController } from './infrastructure/genres.controller.js';
import { movieSchema } from './infrastructure/movie.schema.js';
import { MoviesController } from './infrastructure/movies.controller.js';
import { PostgresGenres } from './infrastructure/postgres-genres.js';
import { PostgresMovies } from './infrastructure/postgres-movies.js';

@Module({
  imports: [TypeOrmModule.forFeature([movieSchema])],
  providers: [...moviesHandlers, { provide: Movies, useClass: PostgresMovies }, { provide: Genres, useClass: PostgresGenres }],
})
export class MoviesModule {}

@Module({ imports: [MoviesModule], controllers: [MoviesController, GenresController] })
export class MoviesApi {}

@Module({ imports: [MoviesModule] })
export class MoviesWorker {}
