import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@app/platform/http/access/route-access.js';
import { Cacheable } from '@app/platform/http/caching/etag.js';
import { ReadsReplica } from '@app/platform/http/reads-replica.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { Programme } from '../application/queries/programme.js';
import { ProgrammeView } from '../application/queries/programme.view.js';
import { TheatreNotFound } from '../domain/errors.js';
import { ProgrammeRequest } from './movies.dto.js';

@ApiTags('theatres')
@Controller('theatres')
export class ProgrammeController {
  constructor(private readonly queries: QueryBus) {}

  @Public()
  @Cacheable()
  @ReadsReplica()
  @Get(':id/programme')
  @ApiOperation({
    operationId: 'getProgramme',
    summary: 'What a theatre shows on a day: movies with posters and showtimes',
    description:
      'Without `date`: today in the time zone of the theatre. Movies are sorted by title, their showtimes by start. A day with more than 200 ' +
      'movies, or 50 showtimes of a movie, is listed by `GET /showtimes`.',
  })
  @Problems(new TheatreNotFound())
  async getProgramme(@Param('id', UuidPipe) id: string, @Query() { date }: ProgrammeRequest): Promise<ProgrammeView> {
    return this.queries.execute(new Programme(id, date));
  }
}
