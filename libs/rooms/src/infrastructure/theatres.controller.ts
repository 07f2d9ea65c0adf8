import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, Public } from '@app/platform/http/access.js';
import { Created } from '@app/platform/http/created.js';
import { Cacheable } from '@app/platform/http/etag.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { isText, isUuid, pageOf, readCursor } from '@app/platform/http/paging.js';
import { Problems } from '@app/platform/http/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { ChangeTheatre } from '../application/commands/change-theatre.js';
import { OpenTheatre } from '../application/commands/open-theatre.js';
import { TheatreDetail } from '../application/queries/theatre-detail.js';
import { TheatreList } from '../application/queries/theatre-list.js';
import { CurrencyNotAccepted, TheatreIsInUse, TheatreNameTaken, TheatreNotFound, UnknownTimeZone } from '../domain/errors.js';
import { ChangeTheatreRequest, OpenTheatreRequest, TheatreListResponse, TheatreResponse } from './theatres.dto.js';

@ApiTags('theatres')
@Controller('theatres')
export class TheatresController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @AdminOnly()
  @Idempotent()
  @Created('/theatres/:id')
  @ApiOperation({ operationId: 'openTheatre', summary: 'Open a theatre' })
  @Problems(401, 403, new TheatreNameTaken(), new UnknownTimeZone('Europe/Bonn'), new CurrencyNotAccepted('XAU'))
  openTheatre(@Body() request: OpenTheatreRequest): Promise<TheatreResponse> {
    return this.commands.execute(new OpenTheatre(request));
  }

  @Get()
  @Public()
  @Cacheable()
  @ApiOperation({ operationId: 'listTheatres', summary: 'Theatres by name' })
  @Problems(401)
  async listTheatres(@Query() { limit, cursor }: PageRequest): Promise<TheatreListResponse> {
    const theatres = await this.queries.execute(new TheatreList(readCursor(cursor, [isText, isUuid]), limit));
    return pageOf(
      theatres,
      limit,
      ({ name, id }) => [name, id],
      (theatre) => theatre,
    );
  }

  @Get(':id')
  @Public()
  @Cacheable()
  @ApiOperation({ operationId: 'readTheatre', summary: 'One theatre' })
  @Problems(401, new TheatreNotFound())
  readTheatre(@Param('id', UuidPipe) id: string): Promise<TheatreResponse> {
    return this.queries.execute(new TheatreDetail(id));
  }

  @Patch(':id')
  @AdminOnly()
  @ApiOperation({ operationId: 'changeTheatre', summary: 'Rename a theatre; time zone and currency only before the first showtime' })
  @Problems(
    401,
    403,
    new TheatreNotFound(),
    new TheatreNameTaken(),
    new TheatreIsInUse(),
    new UnknownTimeZone('Europe/Bonn'),
    new CurrencyNotAccepted('XAU'),
  )
  changeTheatre(@Param('id', UuidPipe) id: string, @Body() request: ChangeTheatreRequest): Promise<TheatreResponse> {
    return this.commands.execute(new ChangeTheatre(id, request));
  }
}
