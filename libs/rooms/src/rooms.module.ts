/** Puts the rooms context together: what every process needs, what the HTTP door needs, what the worker needs. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChangeRoomHandler } from './application/commands/change-room.js';
import { ChangeTheatreHandler } from './application/commands/change-theatre.js';
import { CloseRoomHandler } from './application/commands/close-room.js';
import { LayOutSeatsHandler } from './application/commands/lay-out-seats.js';
import { OpenRoomHandler } from './application/commands/open-room.js';
import { OpenTheatreHandler } from './application/commands/open-theatre.js';
import { AllTheatresHandler } from './application/queries/all-theatres.js';
import { RoomDetailHandler } from './application/queries/room-detail.js';
import { RoomListHandler } from './application/queries/room-list.js';
import { RoomsByIdsHandler } from './application/queries/rooms-by-ids.js';
import { SeatPlanOfRoomHandler } from './application/queries/seat-plan-of-room.js';
import { TheatreDetailHandler } from './application/queries/theatre-detail.js';
import { TheatreListHandler } from './application/queries/theatre-list.js';
import { Rooms } from './domain/rooms.js';
import { Theatres } from './domain/theatres.js';
import { TimeZones } from './domain/time-zones.js';
import { PostgresRooms } from './infrastructure/postgres-rooms.js';
import { PostgresTheatres } from './infrastructure/postgres-theatres.js';
import { roomSchema } from './infrastructure/room.schema.js';
import { RoomsController } from './infrastructure/rooms.controller.js';
import { TemporalTimeZones } from './infrastructure/temporal-time-zones.js';
import { theatreSchema } from './infrastructure/theatre.schema.js';
import { TheatresController } from './infrastructure/theatres.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([theatreSchema, roomSchema])],
  providers: [
    { provide: Theatres, useClass: PostgresTheatres },
    { provide: Rooms, useClass: PostgresRooms },
    { provide: TimeZones, useClass: TemporalTimeZones },
    OpenTheatreHandler,
    ChangeTheatreHandler,
    OpenRoomHandler,
    ChangeRoomHandler,
    LayOutSeatsHandler,
    CloseRoomHandler,
    TheatreListHandler,
    TheatreDetailHandler,
    RoomListHandler,
    RoomDetailHandler,
    RoomsByIdsHandler,
    SeatPlanOfRoomHandler,
    AllTheatresHandler,
  ],
})
export class RoomsModule {}

@Module({ imports: [RoomsModule], controllers: [TheatresController, RoomsController] })
export class RoomsApi {}

@Module({ imports: [RoomsModule] })
export class RoomsWorker {}
