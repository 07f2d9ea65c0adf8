/** Puts the movies context together: what every process needs, what the HTTP door needs, what the worker needs. */
import { Module } from '@nestjs/common';

@Module({})
export class MoviesModule {}

@Module({ imports: [MoviesModule] })
export class MoviesApi {}

@Module({ imports: [MoviesModule] })
export class MoviesWorker {}
