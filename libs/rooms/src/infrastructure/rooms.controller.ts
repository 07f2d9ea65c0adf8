import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AdminOnly, Public, UserId } from '@app/platform/http/access.js';
import { Created } from '@app/platform/http/created.js';
import { Cacheable } from '@app/platform/http/etag.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { AnswerExample } from '@app/platform/http/openapi-document.js';
import { isText, isUuid, pageOf, readCursor } from '@app/platform/http/paging.js';
import { Problems } from '@app/platform/http/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { ChangeRoom } from '../application/commands/change-room.js';
import { CloseRoom } from '../application/commands/close-room.js';
import { LayOutSeats } from '../application/commands/lay-out-seats.js';
import { OpenRoom } from '../application/commands/open-room.js';
import { RoomDetail } from '../application/queries/room-detail.js';
import { RoomList } from '../application/queries/room-list.js';
import { RoomHasShowtimesAhead, RoomIsClosed, RoomNameTaken, RoomNotFound, SeatPlanRefused, TheatreNotFound } from '../domain/errors.js';
import {
  ChangeRoomRequest,
  OpenRoomRequest,
  planRequestOf,
  RoomDetailResponse,
  RoomListRequest,
  RoomListResponse,
  SeatPlanRequest,
} from './rooms.dto.js';

const PLAN_REFUSED = new SeatPlanRefused([{ row: 2, column: 1, problem: 'a companion seat must be beside an accessible one' }]);

@ApiTags('rooms')
@Controller()
export class RoomsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('theatres/:id/rooms')
  @AdminOnly()
  @Idempotent()
  @Created('/rooms/:id')
  @ApiParam({ name: 'id', example: '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11' })
  @ApiOperation({ operationId: 'openRoom', summary: 'Open a room in a theatre, with its seats' })
  @Problems(401, 403, new TheatreNotFound(), new RoomNameTaken(), PLAN_REFUSED)
  openRoom(@Param('id', UuidPipe) id: string, @Body() { seatPlan, ...room }: OpenRoomRequest): Promise<RoomDetailResponse> {
    return this.commands.execute(new OpenRoom(id, { ...room, seatPlan: planRequestOf(seatPlan, '/seatPlan') }));
  }

  @Get('rooms')
  @Public()
  @Cacheable()
  @ApiOperation({ operationId: 'listRooms', summary: 'Rooms by name, of all theatres or of one' })
  @Problems(401)
  async listRooms(@Query() { limit, cursor, status, theatreId }: RoomListRequest): Promise<RoomListResponse> {
    const after = readCursor(cursor, [isText, isUuid]);
    const rooms = await this.queries.execute(new RoomList({ theatreId: theatreId ?? null, status, after, limit }));
    return pageOf(
      rooms,
      limit,
      ({ name, id }) => [name, id],
      (room) => room,
    );
  }

  @Get('rooms/:id')
  @Public()
  @Cacheable()
  @ApiOperation({ operationId: 'readRoom', summary: 'One room with its current seat plan' })
  @Problems(401, new RoomNotFound())
  readRoom(@Param('id', UuidPipe) id: string): Promise<RoomDetailResponse> {
    return this.queries.execute(new RoomDetail(id));
  }

  @Patch('rooms/:id')
  @AdminOnly()
  @ApiOperation({ operationId: 'changeRoom', summary: 'Rename a room, or change its cleaning time for showtimes scheduled later' })
  @Problems(401, 403, new RoomNotFound(), new RoomNameTaken(), new RoomIsClosed())
  changeRoom(@Param('id', UuidPipe) id: string, @Body() request: ChangeRoomRequest): Promise<RoomDetailResponse> {
    return this.commands.execute(new ChangeRoom(id, request));
  }

  @Put('rooms/:id/seat-plan')
  @AdminOnly()
  @ApiOperation({ operationId: 'layOutSeats', summary: 'Give a room new seats; showtimes scheduled before keep theirs' })
  @Problems(401, 403, new RoomNotFound(), new RoomIsClosed(), PLAN_REFUSED)
  layOutSeats(@Param('id', UuidPipe) id: string, @Body() request: SeatPlanRequest): Promise<RoomDetailResponse> {
    return this.commands.execute(new LayOutSeats(id, planRequestOf(request, '')));
  }

  @Delete('rooms/:id')
  @AdminOnly()
  @ApiOperation({ operationId: 'closeRoom', summary: 'Close a room that has no showtimes ahead' })
  @AnswerExample({ status: 'closed' })
  @Problems(401, 403, new RoomNotFound(), new RoomHasShowtimesAhead(3))
  closeRoom(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<RoomDetailResponse> {
    return this.commands.execute(new CloseRoom(adminId, id));
  }
}
