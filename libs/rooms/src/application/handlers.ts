/** Every handler of the rooms context. The module provides them, and specs wire them with fakes. */
import { ChangeRoomHandler } from './commands/change-room.js';
import { ChangeTheatreHandler } from './commands/change-theatre.js';
import { CloseRoomHandler } from './commands/close-room.js';
import { LayOutSeatsHandler } from './commands/lay-out-seats.js';
import { OpenRoomHandler } from './commands/open-room.js';
import { OpenTheatreHandler } from './commands/open-theatre.js';
import { AllTheatresHandler } from './queries/all-theatres.js';
import { RoomHandler } from './queries/room.js';
import { RoomsByIdsHandler } from './queries/rooms-by-ids.js';
import { RoomsByNamesHandler } from './queries/rooms-by-names.js';
import { RoomsHandler } from './queries/rooms.js';
import { SeatPlanOfRoomHandler } from './queries/seat-plan-of-room.js';
import { TheatreHandler } from './queries/theatre.js';
import { TheatresByIdsHandler } from './queries/theatres-by-ids.js';
import { TheatresHandler } from './queries/theatres.js';

const commandHandlers = [
  ChangeRoomHandler,
  ChangeTheatreHandler,
  CloseRoomHandler,
  LayOutSeatsHandler,
  OpenRoomHandler,
  OpenTheatreHandler,
];

const queryHandlers = [
  AllTheatresHandler,
  RoomHandler,
  RoomsByIdsHandler,
  RoomsByNamesHandler,
  RoomsHandler,
  SeatPlanOfRoomHandler,
  TheatreHandler,
  TheatresByIdsHandler,
  TheatresHandler,
];

export const roomsHandlers = [...commandHandlers, ...queryHandlers];
