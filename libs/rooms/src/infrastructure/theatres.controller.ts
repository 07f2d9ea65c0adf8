import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight, Public } from '@app/platform/http/access/route-access.js';
import { Created } from '@app/platform/http/created.js';
import { Cacheable } from '@app/platform/http/caching/etag.js';
import { HonoursIfMatch } from '@app/platform/http/if-match.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { ChangeTheatre } from '../application/commands/change-theatre.js';
import { OpenTheatre } from '../application/commands/open-theatre.js';
import { Theatre } from '../application/queries/theatre.js';
import { TheatresResponse, TheatreView } from '../application/queries/theatre.view.js';
import { Theatres } from '../application/queries/theatres.js';
import { CurrencyNotAccepted, TheatreInUse, TheatreNameTaken, TheatreNotFound, UnknownTimeZone } from '../domain/errors.js';
import { ChangeTheatreRequest, OpenTheatreRequest } from './theatres.dto.js';

@ApiTags('theatres')
@Controller('theatres')
export class TheatresController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @RequiresRight('rooms.manage')
  @Idempotent()
  @Created('/theatres/:id', { isVersioned: true })
  @ApiOperation({ operationId: 'openTheatre', summary: 'Open a theatre' })
  @Problems(new TheatreNameTaken(), new UnknownTimeZone('Europe/Bonn'), new CurrencyNotAccepted('XAU'))
  openTheatre(@UserId() adminId: string, @Body() request: OpenTheatreRequest): Promise<TheatreView> {
    return this.admin.execute(new OpenTheatre(adminId, request));
  }

  @Get()
  @Public()
  @Cacheable()
  @ApiOperation({ operationId: 'listTheatres', summary: 'Theatres by name' })
  async listTheatres(@Query() filter: PageRequest): Promise<TheatresResponse> {
    return this.queries.execute(new Theatres(filter));
  }

  @Get(':id')
  @Public()
  @Cacheable()
  @ApiOperation({ operationId: 'getTheatre', summary: 'One theatre' })
  @Problems(new TheatreNotFound())
  getTheatre(@Param('id', UuidPipe) id: string): Promise<TheatreView> {
    return this.queries.execute(new Theatre(id));
  }

  @HonoursIfMatch()
  @Patch(':id')
  @RequiresRight('rooms.manage')
  @ApiOperation({ operationId: 'changeTheatre', summary: 'Rename a theatre; time zone and currency only before the first showtime' })
  @Problems(
    new TheatreNotFound(),
    new TheatreNameTaken(),
    new TheatreInUse(),
    new UnknownTimeZone('Europe/Bonn'),
    new CurrencyNotAccepted('XAU'),
  )
  async changeTheatre(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() request: ChangeTheatreRequest,
  ): Promise<TheatreView> {
    await this.admin.execute(new ChangeTheatre(adminId, id, request));
    return this.queries.execute(new Theatre(id));
  }
}
