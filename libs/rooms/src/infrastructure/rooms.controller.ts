import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, Public } from '@app/platform/http/access.js';
import { Created } from '@app/platform/http/created.js';
import { Cacheable } from '@app/platform/http/etag.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { isText, isUuid, pageOf, PageRequest, readCursor } from '@app/platform/http/paging.js';
import { Problems } from '@app/platform/http/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { ChangeRoom } from '../application/commands/change-room.js';
import { ChangeTheatre } from '../application/commands/change-theatre.js';
import { CloseRoom } from '../application/commands/close-room.js';
import { LayOutSeats } from '../application/commands/lay-out-seats.js';
import { OpenRoom } from '../application/commands/open-room.js';
import { OpenTheatre } from '../application/commands/open-theatre.js';
import { RoomDetail } from '../application/queries/room-detail.js';
import { RoomList } from '../application/queries/room-list.js';
import { TheatreDetail } from '../application/queries/theatre-detail.js';
import { TheatreList } from '../application/queries/theatre-list.js';
import {
  ChangeRoomRequest,
  ChangeTheatreRequest,
  OpenRoomRequest,
  OpenTheatreRequest,
  planRequestOf,
  RoomDetailResponse,
  RoomListRequest,
  RoomListResponse,
  SeatPlanRequest,
  TheatreListResponse,
  TheatreResponse,
} from './rooms.dto.js';

@Controller()
export class RoomsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('theatres')
  @AdminOnly()
  @Idempotent()
  @Created('/theatres/:id')
  @ApiTags('theatres')
  @ApiOperation({ operationId: 'openTheatre', summary: 'Open a theatre' })
  @Problems(400, 401, 403, 409, 422)
  openTheatre(@Body() request: OpenTheatreRequest): Promise<TheatreResponse> {
    return this.commands.execute(new OpenTheatre(request));
  }

  @Get('theatres')
  @Public()
  @Cacheable()
  @ApiTags('theatres')
  @ApiOperation({ operationId: 'listTheatres', summary: 'Theatres by name' })
  @Problems(400, 401)
  async listTheatres(@Query() { limit, cursor }: PageRequest): Promise<TheatreListResponse> {
    const theatres = await this.queries.execute(new TheatreList(readCursor(cursor, [isText, isUuid]), limit));
    return pageOf(theatres, limit, byName, asItIs);
  }

  @Get('theatres/:id')
  @Public()
  @Cacheable()
  @ApiTags('theatres')
  @ApiOperation({ operationId: 'readTheatre', summary: 'One theatre' })
  @Problems(400, 401, 404)
  readTheatre(@Param('id', UuidPipe) id: string): Promise<TheatreResponse> {
    return this.queries.execute(new TheatreDetail(id));
  }

  @Patch('theatres/:id')
  @AdminOnly()
  @ApiTags('theatres')
  @ApiOperation({ operationId: 'changeTheatre', summary: 'Rename a theatre; time zone and currency only before the first showtime' })
  @Problems(400, 401, 403, 404, 409, 422)
  changeTheatre(@Param('id', UuidPipe) id: string, @Body() request: ChangeTheatreRequest): Promise<TheatreResponse> {
    return this.commands.execute(new ChangeTheatre(id, request));
  }

  @Post('theatres/:id/rooms')
  @AdminOnly()
  @Idempotent()
  @Created('/rooms/:id')
  @ApiTags('rooms')
  @ApiOperation({ operationId: 'openRoom', summary: 'Open a room in a theatre, with its seats' })
  @Problems(400, 401, 403, 404, 409, 422)
  openRoom(@Param('id', UuidPipe) id: string, @Body() { seatPlan, ...room }: OpenRoomRequest): Promise<RoomDetailResponse> {
    return this.commands.execute(new OpenRoom(id, { ...room, seatPlan: planRequestOf(seatPlan, '/seatPlan') }));
  }

  @Get('rooms')
  @Public()
  @Cacheable()
  @ApiTags('rooms')
  @ApiOperation({ operationId: 'listRooms', summary: 'Rooms by name, of all theatres or of one' })
  @Problems(400, 401)
  async listRooms(@Query() { limit, cursor, status, theatreId }: RoomListRequest): Promise<RoomListResponse> {
    const after = readCursor(cursor, [isText, isUuid]);
    const rooms = await this.queries.execute(new RoomList({ theatreId: theatreId ?? null, status, after, limit }));
    return pageOf(rooms, limit, byName, asItIs);
  }

  @Get('rooms/:id')
  @Public()
  @Cacheable()
  @ApiTags('rooms')
  @ApiOperation({ operationId: 'readRoom', summary: 'One room with its current seat plan' })
  @Problems(400, 401, 404)
  readRoom(@Param('id', UuidPipe) id: string): Promise<RoomDetailResponse> {
    return this.queries.execute(new RoomDetail(id));
  }

  @Patch('rooms/:id')
  @AdminOnly()
  @ApiTags('rooms')
  @ApiOperation({ operationId: 'changeRoom', summary: 'Rename a room, or change its cleaning time for showtimes scheduled later' })
  @Problems(400, 401, 403, 404, 409)
  changeRoom(@Param('id', UuidPipe) id: string, @Body() request: ChangeRoomRequest): Promise<RoomDetailResponse> {
    return this.commands.execute(new ChangeRoom(id, request));
  }

  @Put('rooms/:id/seat-plan')
  @AdminOnly()
  @ApiTags('rooms')
  @ApiOperation({ operationId: 'layOutSeats', summary: 'Give a room new seats; showtimes scheduled before keep theirs' })
  @Problems(400, 401, 403, 404, 409, 422)
  layOutSeats(@Param('id', UuidPipe) id: string, @Body() request: SeatPlanRequest): Promise<RoomDetailResponse> {
    return this.commands.execute(new LayOutSeats(id, planRequestOf(request, '')));
  }

  @Delete('rooms/:id')
  @AdminOnly()
  @ApiTags('rooms')
  @ApiOperation({ operationId: 'closeRoom', summary: 'Close a room that has no showtimes ahead' })
  @Problems(400, 401, 403, 404, 409)
  closeRoom(@Param('id', UuidPipe) id: string): Promise<RoomDetailResponse> {
    return this.commands.execute(new CloseRoom(id));
  }
}

function byName({ name, id }: { name: string; id: string }): string[] {
  return [name, id];
}

function asItIs<View>(view: View): View {
  return view;
}
