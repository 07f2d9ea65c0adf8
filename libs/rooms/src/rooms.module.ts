/** The modules of the rooms context: what every process provides, and what the API and the worker add to it. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { roomsHandlers } from './application/handlers.js';
import { Rooms } from './domain/rooms.js';
import { Theatres } from './domain/theatres.js';
import { TimeZones } from './domain/time-zones.js';
import { KnownTimeZones } from './infrastructure/known-time-zones.js';
import { PostgresRooms } from './infrastructure/postgres-rooms.js';
import { PostgresTheatres } from './infrastructure/postgres-theatres.js';
import { roomSchema } from './infrastructure/room.schema.js';
import { RoomsController } from './infrastructure/rooms.controller.js';
import { theatreSchema } from './infrastructure/theatre.schema.js';
import { TheatresController } from './infrastructure/theatres.controller.js';

const ports = [
  { provide: Theatres, useClass: PostgresTheatres },
  { provide: Rooms, useClass: PostgresRooms },
  { provide: TimeZones, useClass: KnownTimeZones },
];

@Module({
  imports: [TypeOrmModule.forFeature([theatreSchema, roomSchema])],
  providers: [...ports, ...roomsHandlers],
})
export class RoomsModule {}

@Module({ imports: [RoomsModule], controllers: [TheatresController, RoomsController] })
export class RoomsApi {}

@Module({ imports: [RoomsModule] })
export class RoomsWorker {}
