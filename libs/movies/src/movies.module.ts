/** The modules of the movies context: what every process provides, and what the API and the worker add to it. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { moviesHandlers, moviesJobs, moviesServices } from './application/handlers.js';
import { Genres } from './domain/genres.js';
import { Movies } from './domain/movies.js';
import { PosterImages } from './domain/poster-images.js';
import { PosterStorage } from './domain/poster-storage.js';
import { GenresController } from './infrastructure/genres.controller.js';
import { movieSchema } from './infrastructure/movie.schema.js';
import { MoviesController } from './infrastructure/movies.controller.js';
import { PostgresGenres } from './infrastructure/postgres-genres.js';
import { PostersController } from './infrastructure/posters.controller.js';
import { PostgresMovies } from './infrastructure/postgres-movies.js';
import { ProgrammeController } from './infrastructure/programme.controller.js';
import { S3PosterStorage } from './infrastructure/s3-poster-storage.js';
import { SharpPosterImages } from './infrastructure/sharp-poster-images.js';

const ports = [
  { provide: Movies, useClass: PostgresMovies },
  { provide: Genres, useClass: PostgresGenres },
  { provide: PosterStorage, useClass: S3PosterStorage },
  { provide: PosterImages, useClass: SharpPosterImages },
];

@Module({
  imports: [TypeOrmModule.forFeature([movieSchema])],
  providers: [...ports, ...moviesServices, ...moviesHandlers],
  exports: [...ports.map(({ provide }) => provide), ...moviesServices],
})
export class MoviesModule {}

@Module({ imports: [MoviesModule], controllers: [MoviesController, PostersController, GenresController, ProgrammeController] })
export class MoviesApi {}

@Module({ imports: [MoviesModule], providers: moviesJobs })
export class MoviesWorker {}
