/** Puts the rooms context together: what every process needs, what the HTTP door needs, what the worker needs. */
import { Module } from '@nestjs/common';

@Module({})
export class RoomsModule {}

@Module({ imports: [RoomsModule] })
export class RoomsApi {}

@Module({ imports: [RoomsModule] })
export class RoomsWorker {}
