/** Puts the showtimes context together: what every process needs, what the HTTP door needs, what the worker needs. */
import { Module } from '@nestjs/common';

@Module({})
export class ShowtimesModule {}

@Module({ imports: [ShowtimesModule] })
export class ShowtimesApi {}

@Module({ imports: [ShowtimesModule] })
export class ShowtimesWorker {}
