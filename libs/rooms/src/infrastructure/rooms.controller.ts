import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { OVERLAPPING_SHOWTIME_EXAMPLE } from '@app/contracts/showtimes.js';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight, Public } from '@app/platform/http/access/route-access.js';
import { Created } from '@app/platform/http/created.js';
import { Cacheable } from '@app/platform/http/caching/etag.js';
import { HonoursIfMatch } from '@app/platform/http/if-match.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { ChangeRoom } from '../application/commands/change-room.js';
import { CloseRoom } from '../application/commands/close-room.js';
import { LayOutSeats } from '../application/commands/lay-out-seats.js';
import { OpenRoom } from '../application/commands/open-room.js';
import { Room } from '../application/queries/room.js';
import { RoomsResponse, RoomWithSeatPlanView } from '../application/queries/room.view.js';
import { Rooms } from '../application/queries/rooms.js';
import {
  CleaningOverlapsShowtimes,
  RoomClosed,
  RoomNameTaken,
  RoomNotFound,
  SeatPlanRefused,
  ShowtimesAhead,
  TheatreNotFound,
} from '../domain/errors.js';
import { RoomProblemMembers } from './problem-members.view.js';
import { ChangeRoomRequest, OpenRoomRequest, planRequestOf, RoomsRequest, SeatPlanRequest } from './rooms.dto.js';

const SEAT_PLAN_REFUSED = new SeatPlanRefused([{ row: 2, column: 1, problem: 'a companion seat must be beside an accessible one' }]);

@ApiTags('rooms')
@ProblemMembers(RoomProblemMembers)
@Controller()
export class RoomsController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Post('theatres/:id/rooms')
  @RequiresRight('rooms.manage')
  @Idempotent()
  @Created('/rooms/:id', { isVersioned: true })
  @ApiParam({ name: 'id', example: '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11' })
  @ApiOperation({ operationId: 'openRoom', summary: 'Open a room in a theatre, with its seats' })
  @Problems(new TheatreNotFound(), new RoomNameTaken(), SEAT_PLAN_REFUSED)
  openRoom(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() { seatPlan, ...room }: OpenRoomRequest,
  ): Promise<RoomWithSeatPlanView> {
    return this.admin.execute(new OpenRoom(adminId, id, { ...room, seatPlan: planRequestOf(seatPlan, { pointer: '/seatPlan' }) }));
  }

  @Get('rooms')
  @Public()
  @Cacheable()
  @ApiOperation({ operationId: 'listRooms', summary: 'Rooms by name, of all theatres or of one' })
  async listRooms(@Query() filter: RoomsRequest): Promise<RoomsResponse> {
    return this.queries.execute(new Rooms(filter));
  }

  @Get('rooms/:id')
  @Public()
  @Cacheable()
  @ApiOperation({ operationId: 'getRoom', summary: 'One room with its current seat plan' })
  @Problems(new RoomNotFound())
  getRoom(@Param('id', UuidPipe) id: string): Promise<RoomWithSeatPlanView> {
    return this.queries.execute(new Room(id));
  }

  @HonoursIfMatch()
  @Patch('rooms/:id')
  @RequiresRight('rooms.manage')
  @ApiOperation({ operationId: 'changeRoom', summary: 'Rename a room, or change its cleaning time; showtimes ahead follow' })
  @Problems(new RoomNotFound(), new RoomNameTaken(), new RoomClosed(), new CleaningOverlapsShowtimes([OVERLAPPING_SHOWTIME_EXAMPLE]))
  async changeRoom(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() request: ChangeRoomRequest,
  ): Promise<RoomWithSeatPlanView> {
    await this.admin.execute(new ChangeRoom(adminId, id, request));
    return this.queries.execute(new Room(id));
  }

  @HonoursIfMatch()
  @Put('rooms/:id/seat-plan')
  @RequiresRight('rooms.manage')
  @ApiOperation({ operationId: 'layOutSeats', summary: 'Give a room new seats; showtimes scheduled before keep theirs' })
  @Problems(new RoomNotFound(), new RoomClosed(), SEAT_PLAN_REFUSED)
  async layOutSeats(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() request: SeatPlanRequest,
  ): Promise<RoomWithSeatPlanView> {
    await this.admin.execute(new LayOutSeats(adminId, id, planRequestOf(request, { pointer: '' })));
    return this.queries.execute(new Room(id));
  }

  @HonoursIfMatch()
  @Delete('rooms/:id')
  @RequiresRight('rooms.manage')
  @ApiOperation({ operationId: 'closeRoom', summary: 'Close a room in which no showtime runs or is ahead' })
  @AnswerExample({ status: 'closed' })
  @Problems(new RoomNotFound(), new ShowtimesAhead(3))
  async closeRoom(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<RoomWithSeatPlanView> {
    await this.admin.execute(new CloseRoom(adminId, id));
    return this.queries.execute(new Room(id));
  }
}
