import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight, Public } from '@app/platform/http/access/route-access.js';
import { Created } from '@app/platform/http/created.js';
import { Cacheable } from '@app/platform/http/caching/etag.js';
import { ReadsReplica } from '@app/platform/http/reads-replica.js';
import { HonoursIfMatch } from '@app/platform/http/if-match.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { AddGenre } from '../application/commands/add-genre.js';
import { RemoveGenre } from '../application/commands/remove-genre.js';
import { RenameGenre } from '../application/commands/rename-genre.js';
import { Genre } from '../application/queries/genre.js';
import { GenresResponse, GenreView } from '../application/queries/genre.view.js';
import { Genres } from '../application/queries/genres.js';
import { GenreInUse, GenreNameTaken, GenreNotFound } from '../domain/errors.js';
import { GenreRequest } from './movies.dto.js';

@ApiTags('genres')
@Controller('genres')
export class GenresController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Public()
  @Cacheable()
  @ReadsReplica()
  @Get()
  @ApiOperation({ operationId: 'listGenres', summary: 'Genres by name' })
  async listGenres(@Query() filter: PageRequest): Promise<GenresResponse> {
    return this.queries.execute(new Genres(filter));
  }

  @Public()
  @Cacheable()
  @ReadsReplica()
  @Get(':id')
  @ApiOperation({ operationId: 'getGenre', summary: 'One genre' })
  @Problems(new GenreNotFound())
  async getGenre(@Param('id', UuidPipe) id: string): Promise<GenreView> {
    return this.queries.execute(new Genre(id));
  }

  @RequiresRight('movies.manage')
  @Idempotent()
  @Post()
  @Created('/genres/:id', { isVersioned: true })
  @ApiOperation({ operationId: 'addGenre', summary: 'Add a genre' })
  @Problems(new GenreNameTaken('Science fiction'))
  async addGenre(@UserId() adminId: string, @Body() { name }: GenreRequest): Promise<GenreView> {
    return this.admin.execute(new AddGenre(adminId, name));
  }

  @RequiresRight('movies.manage')
  @HonoursIfMatch()
  @Patch(':id')
  @ApiOperation({ operationId: 'renameGenre', summary: 'Rename a genre' })
  @Problems(new GenreNotFound(), new GenreNameTaken('Science fiction'))
  async renameGenre(@UserId() adminId: string, @Param('id', UuidPipe) id: string, @Body() { name }: GenreRequest): Promise<GenreView> {
    await this.admin.execute(new RenameGenre(adminId, id, name));
    return this.queries.execute(new Genre(id));
  }

  @RequiresRight('movies.manage')
  @HonoursIfMatch()
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'removeGenre', summary: 'Remove a genre that no movie has' })
  @Problems(new GenreNotFound(), new GenreInUse())
  async removeGenre(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<void> {
    await this.admin.execute(new RemoveGenre(adminId, id));
  }
}
