import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OVERLAPPING_SHOWTIME_EXAMPLE } from '@app/contracts/showtimes.js';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight, Public } from '@app/platform/http/access/route-access.js';
import { MaxBody } from '@app/platform/http/limits/bodies.js';
import { Created } from '@app/platform/http/created.js';
import { Cacheable } from '@app/platform/http/caching/etag.js';
import { ReadsReplica } from '@app/platform/http/reads-replica.js';
import { DryRunRequest } from '@app/platform/http/dry-run.dto.js';
import { DoneOrDryRun } from '@app/platform/http/dry-run.js';
import { InvalidInput } from '@app/platform/http/problems/http-errors.js';
import { HonoursIfMatch } from '@app/platform/http/if-match.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { AddMovie } from '../application/commands/add-movie.js';
import { ChangeMovie } from '../application/commands/change-movie.js';
import { LinkGenre } from '../application/commands/link-genre.js';
import { RetireMovie } from '../application/commands/retire-movie.js';
import { MovieDryRun } from '../application/queries/movie-dry-run.js';
import { MovieDryRunView } from '../application/queries/movie-dry-run.view.js';
import { UnlinkGenre } from '../application/commands/unlink-genre.js';
import { Movie } from '../application/queries/movie.js';
import { MovieView } from '../application/queries/movie.view.js';
import { Movies } from '../application/queries/movies.js';
import { MoviesResponse } from '../application/queries/programme.view.js';
import {
  GenreNotFound,
  MovieHasShowtimes,
  MovieNotFound,
  RuntimeOverlapsShowtimes,
  TooManyGenres,
  UnknownGenres,
} from '../domain/errors.js';
import { MOVIE_LIMITS } from '../domain/movie-details.js';
import { AddMovieRequest, ChangeMovieRequest, MoviesRequest, RetireMovieRequest } from './movies.dto.js';
import { MovieProblemMembers } from './problem-members.view.js';

/** A description of 5,000 characters, each written as two escapes of six bytes. */
const MAX_MOVIE_BYTES = 64 * 1_024;
const UNKNOWN_GENRE = new UnknownGenres(['019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11']);

@ApiTags('movies')
@ProblemMembers(MovieProblemMembers)
@Controller('movies')
export class MoviesController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Public()
  @Cacheable()
  @ReadsReplica()
  @Get()
  @ApiOperation({
    operationId: 'listMovies',
    summary: 'Movies; with `playingOn` those of a day, with its showtimes',
    description:
      'Filters narrow each other. With `playingOn` each movie carries its scheduled showtimes of that day, the first 50 by start, in the ' +
      'theatres of `theatreId` or in all.',
  })
  async listMovies(@Query() { playingOn: day, theatreId, ...filter }: MoviesRequest): Promise<MoviesResponse> {
    if (day === undefined && theatreId !== undefined)
      throw new InvalidInput([{ parameter: 'theatreId', rule: 'needsPlayingOn', message: 'needs playingOn' }]);
    const playingOn = day === undefined ? undefined : { day, theatreIds: theatreId ?? null };
    return this.queries.execute(new Movies({ ...filter, playingOn }));
  }

  @Public()
  @Cacheable()
  @ReadsReplica()
  @Get(':id')
  @ApiOperation({ operationId: 'getMovie', summary: 'One movie, retired or not' })
  @Problems(new MovieNotFound())
  async getMovie(@Param('id', UuidPipe) id: string): Promise<MovieView> {
    return this.queries.execute(new Movie(id));
  }

  @RequiresRight('movies.manage')
  @Idempotent()
  @MaxBody({ maxBytes: MAX_MOVIE_BYTES })
  @Post()
  @Created('/movies/:id', { isVersioned: true })
  @ApiOperation({ operationId: 'addMovie', summary: 'Add a movie to the catalogue' })
  @Problems(UNKNOWN_GENRE)
  async addMovie(
    @UserId() adminId: string,
    @Body() { genreIds = [], releaseDate = null, ageRating = null, ...details }: AddMovieRequest,
  ): Promise<MovieView> {
    return this.admin.execute(new AddMovie(adminId, { ...details, releaseDate, ageRating }, genreIds));
  }

  @RequiresRight('movies.manage')
  @HonoursIfMatch()
  @Patch(':id')
  @MaxBody({ maxBytes: MAX_MOVIE_BYTES })
  @ApiOperation({
    operationId: 'changeMovie',
    summary: 'Change the details of a movie; showtimes ahead follow its runtime',
    description:
      'With `dryRun=true` the answer says what the request would do to showtimes, reservations, money and events, or what it would be refused ' +
      'with, and nothing is done.',
  })
  @Problems(new MovieNotFound(), UNKNOWN_GENRE, new RuntimeOverlapsShowtimes([OVERLAPPING_SHOWTIME_EXAMPLE]))
  @DoneOrDryRun(MovieView, MovieDryRunView)
  async changeMovie(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() changes: ChangeMovieRequest,
    @Query() { dryRun }: DryRunRequest,
  ): Promise<MovieView | MovieDryRunView> {
    const command = new ChangeMovie(adminId, id, changes);
    if (dryRun) return this.queries.execute(new MovieDryRun(command));
    await this.admin.execute(command);
    return this.queries.execute(new Movie(id));
  }

  @RequiresRight('movies.manage')
  @HonoursIfMatch()
  @Delete(':id')
  @ApiOperation({
    operationId: 'retireMovie',
    summary: 'Retire a movie: it gets no new showtimes',
    description:
      'Refused while it has showtimes ahead, unless they are cancelled too. With `dryRun=true` the answer says what the request would do to ' +
      'showtimes, reservations, money and events, or what it would be refused with, and nothing is done.',
  })
  @DoneOrDryRun(MovieView, MovieDryRunView)
  @AnswerExample({ status: 'retired' })
  @Problems(new MovieNotFound(), new MovieHasShowtimes(3))
  async retireMovie(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Query() { cancelShowtimes, dryRun }: RetireMovieRequest,
  ): Promise<MovieView | MovieDryRunView> {
    const command = new RetireMovie(adminId, id, { cancelShowtimes });
    if (dryRun) return this.queries.execute(new MovieDryRun(command));
    await this.admin.execute(command);
    return this.queries.execute(new Movie(id));
  }

  @RequiresRight('movies.manage')
  @HonoursIfMatch()
  @Put(':id/genres/:genreId')
  @ApiOperation({
    operationId: 'linkGenre',
    summary: 'Give a movie one more genre',
    description: 'A genre that the movie has already changes nothing.',
  })
  @Problems(new MovieNotFound(), new GenreNotFound(), new TooManyGenres(MOVIE_LIMITS.genres))
  async linkGenre(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Param('genreId', UuidPipe) genreId: string,
  ): Promise<MovieView> {
    await this.admin.execute(new LinkGenre(adminId, id, genreId));
    return this.queries.execute(new Movie(id));
  }

  @RequiresRight('movies.manage')
  @HonoursIfMatch()
  @Delete(':id/genres/:genreId')
  @ApiOperation({
    operationId: 'unlinkGenre',
    summary: 'Take a genre from a movie',
    description: 'A genre that the movie does not have changes nothing.',
  })
  @Problems(new MovieNotFound())
  async unlinkGenre(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Param('genreId', UuidPipe) genreId: string,
  ): Promise<MovieView> {
    await this.admin.execute(new UnlinkGenre(adminId, id, genreId));
    return this.queries.execute(new Movie(id));
  }
}
