import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, Public, UserId } from '@app/platform/http/access.js';
import { Created } from '@app/platform/http/created.js';
import { Cacheable } from '@app/platform/http/etag.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { AnswerExample } from '@app/platform/http/openapi-document.js';
import { isText, isUuid, pageOf, readCursor } from '@app/platform/http/paging.js';
import { Problems } from '@app/platform/http/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AddMovie } from '../application/commands/add-movie.js';
import { ChangeMovie } from '../application/commands/change-movie.js';
import { RetireMovie } from '../application/commands/retire-movie.js';
import { Catalogue } from '../application/queries/catalogue.js';
import { MovieById } from '../application/queries/movie-by-id.js';
import { MovieHasShowtimes, MovieNotFound, UnknownGenres } from '../domain/errors.js';
import {
  AddMovieRequest,
  CatalogueRequest,
  ChangeMovieRequest,
  MovieListResponse,
  MovieResponse,
  RetireMovieRequest,
} from './movies.dto.js';

const UNKNOWN_GENRE = new UnknownGenres(['019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11']);

@ApiTags('movies')
@Controller('movies')
export class MoviesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Public()
  @Cacheable()
  @Get()
  @ApiOperation({ operationId: 'listMovies', summary: 'Films by title' })
  @Problems(401)
  async listMovies(@Query() { limit, cursor, ...filter }: CatalogueRequest): Promise<MovieListResponse> {
    const [titleKey, id] = readCursor(cursor, [isText, isUuid]) ?? [];
    const after = titleKey === undefined || id === undefined ? null : { titleKey, id };
    const movies = await this.queries.execute(new Catalogue(filter, limit, after));
    return pageOf(
      movies,
      limit,
      ({ titleKey, id }) => [titleKey, id],
      ({ titleKey: _titleKey, ...movie }) => movie,
    );
  }

  @Public()
  @Cacheable()
  @Get(':id')
  @ApiOperation({ operationId: 'readMovie', summary: 'One film, retired or not' })
  @Problems(401, new MovieNotFound())
  async readMovie(@Param('id', UuidPipe) id: string): Promise<MovieResponse> {
    return this.queries.execute(new MovieById(id));
  }

  @AdminOnly()
  @Idempotent()
  @Post()
  @Created('/movies/:id')
  @ApiOperation({ operationId: 'addMovie', summary: 'Add a film to the catalogue' })
  @Problems(401, 403, UNKNOWN_GENRE)
  async addMovie(@Body() { genreIds, releaseDate, ageRating, ...film }: AddMovieRequest): Promise<MovieResponse> {
    return this.commands.execute(new AddMovie({ ...film, releaseDate: releaseDate ?? null, ageRating: ageRating ?? null }, genreIds ?? []));
  }

  @AdminOnly()
  @Patch(':id')
  @ApiOperation({ operationId: 'changeMovie', summary: 'Change what is known about a film' })
  @Problems(401, 403, new MovieNotFound(), UNKNOWN_GENRE)
  async changeMovie(@Param('id', UuidPipe) id: string, @Body() changes: ChangeMovieRequest): Promise<MovieResponse> {
    return this.commands.execute(new ChangeMovie(id, changes));
  }

  @AdminOnly()
  @Delete(':id')
  @ApiOperation({ operationId: 'retireMovie', summary: 'No new showtimes for this film' })
  @AnswerExample({ status: 'retired' })
  @Problems(401, 403, new MovieNotFound(), new MovieHasShowtimes(3))
  async retireMovie(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Query() { cancelShowtimes }: RetireMovieRequest,
  ): Promise<MovieResponse> {
    return this.commands.execute(new RetireMovie(adminId, id, cancelShowtimes));
  }
}
