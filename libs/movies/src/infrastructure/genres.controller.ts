import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, Public } from '@app/platform/http/access.js';
import { Created } from '@app/platform/http/created.js';
import { Cacheable } from '@app/platform/http/etag.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { isText, pageOf, readCursor } from '@app/platform/http/paging.js';
import { Problems } from '@app/platform/http/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AddGenre } from '../application/commands/add-genre.js';
import { RemoveGenre } from '../application/commands/remove-genre.js';
import { RenameGenre } from '../application/commands/rename-genre.js';
import { GenreById } from '../application/queries/genre-by-id.js';
import { GenreList } from '../application/queries/genre-list.js';
import { GenreInUse, GenreNameTaken, GenreNotFound } from '../domain/errors.js';
import { GenreListResponse, GenreRequest, GenreResponse } from './movies.dto.js';

@ApiTags('genres')
@Controller('genres')
export class GenresController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Public()
  @Cacheable()
  @Get()
  @ApiOperation({ operationId: 'listGenres', summary: 'Genres by name' })
  @Problems(401)
  async listGenres(@Query() { limit, cursor }: PageRequest): Promise<GenreListResponse> {
    const genres = await this.queries.execute(new GenreList(limit, readCursor(cursor, [isText])?.[0] ?? null));
    return pageOf(
      genres,
      limit,
      ({ nameKey }) => [nameKey],
      ({ id, name }) => ({ id, name }),
    );
  }

  @Public()
  @Cacheable()
  @Get(':id')
  @ApiOperation({ operationId: 'readGenre', summary: 'One genre' })
  @Problems(401, new GenreNotFound())
  async readGenre(@Param('id', UuidPipe) id: string): Promise<GenreResponse> {
    return this.queries.execute(new GenreById(id));
  }

  @AdminOnly()
  @Idempotent()
  @Post()
  @Created('/genres/:id')
  @ApiOperation({ operationId: 'addGenre', summary: 'Add a genre' })
  @Problems(401, 403, new GenreNameTaken('Science fiction'))
  async addGenre(@Body() { name }: GenreRequest): Promise<GenreResponse> {
    return this.commands.execute(new AddGenre(name));
  }

  @AdminOnly()
  @Patch(':id')
  @ApiOperation({ operationId: 'renameGenre', summary: 'Rename a genre' })
  @Problems(401, 403, new GenreNotFound(), new GenreNameTaken('Science fiction'))
  async renameGenre(@Param('id', UuidPipe) id: string, @Body() { name }: GenreRequest): Promise<GenreResponse> {
    return this.commands.execute(new RenameGenre(id, name));
  }

  @AdminOnly()
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'removeGenre', summary: 'Take away a genre that no film is listed under' })
  @Problems(401, 403, new GenreNotFound(), new GenreInUse())
  async removeGenre(@Param('id', UuidPipe) id: string): Promise<void> {
    return this.commands.execute(new RemoveGenre(id));
  }
}
