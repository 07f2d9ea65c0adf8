import { Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequiresRight, UserId } from '@app/platform/http/access.js';
import { CsvBody, MaxBody } from '@app/platform/http/bodies.js';
import { DryRunRequest } from '@app/platform/http/dry-run.dto.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { ProblemMembers } from '@app/platform/http/problem.view.js';
import { Problems } from '@app/platform/http/problems.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { ImportSchedule } from '../application/commands/import-schedule.js';
import { ScheduleDryRun } from '../application/queries/schedule-dry-run.js';
import { ScheduleImportView } from '../application/queries/schedule-import.view.js';
import { ChangedMeanwhile, ScheduleRefused } from '../domain/errors.js';
import { ShowtimeProblemMembers } from './problem-members.view.js';
import { MAX_SCHEDULE_BYTES } from './schedule-file/limits.js';
import { readCsvSchedule } from './schedule-file/read-csv-schedule.js';
import { readJsonSchedule } from './schedule-file/read-json-schedule.js';
import { ImportScheduleRequest } from './showtimes.dto.js';

const FAULT = {
  line: 12,
  pointer: null,
  field: 'startsAt',
  rule: 'showtimes.overlap',
  message: 'It overlaps in this room with line 11, its cleaning included.',
};

@ApiTags('showtimes')
@ProblemMembers(ShowtimeProblemMembers)
@Controller('showtimes')
export class SchedulesController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Post('import')
  @HttpCode(200)
  @RequiresRight('showtimes.manage')
  @Idempotent()
  @MaxBody({ maxBytes: MAX_SCHEDULE_BYTES })
  @ApiBody({ type: ImportScheduleRequest, required: true })
  @CsvBody({
    description:
      'A header with the columns `movie`, `theatre`, `room`, `startsAt`, `standard`, `premium`, `salesOpenAt`, then a showtime a line.',
    example: 'movie,theatre,room,startsAt,standard,premium\nArrival,Lichtburg,Room 1,2026-12-24T20:15,1200,1500\n',
  })
  @ApiOperation({
    operationId: 'importSchedule',
    summary: 'Schedule many showtimes from JSON or CSV, all or none of them',
    description:
      'The answer names all faults at once, each with its line or pointer: overlaps in the file and with other showtimes included, and local times that ' +
      'the clocks skip or repeat. Movie, room and start say which showtime a row means: one that is there already stays as it is, also where it ' +
      'was cancelled or differs, so that repeating an import changes nothing. Prices are in minor units. At most 2,000 rows. With `dryRun=true` ' +
      'the answer says what the import would do, its faults included, and nothing is done.',
  })
  @Problems(401, new ScheduleRefused([FAULT]), new ChangedMeanwhile())
  async importSchedule(
    @UserId() adminId: string,
    @Req() { body }: FastifyRequest,
    @Query() { dryRun }: DryRunRequest,
  ): Promise<ScheduleImportView> {
    const file = typeof body === 'string' ? readCsvSchedule(body) : readJsonSchedule(body);
    const command = new ImportSchedule(adminId, file);
    return dryRun ? this.queries.execute(new ScheduleDryRun(command)) : this.admin.execute(command);
  }
}
