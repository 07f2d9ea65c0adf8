import { Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { MaxBody, TextBodies } from '@app/platform/http/limits/bodies.js';
import { DryRunRequest } from '@app/platform/http/dry-run.dto.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { ImportSchedule } from '../application/commands/import-schedule.js';
import { ScheduleDryRun } from '../application/queries/schedule-dry-run.js';
import { ScheduleImportView, scheduleImportView } from '../application/queries/schedule-import.view.js';
import { ChangedMeanwhile, ScheduleRefused } from '../domain/errors.js';
import { ShowtimeProblemMembers } from './problem-members.view.js';
import { MAX_SCHEDULE_BYTES } from './schedule-file/limits.js';
import { readJsonSchedule } from './schedule-file/read-json-schedule.js';
import { readSchedule } from './schedule-file/read-schedule.js';
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
  @TextBodies({
    'text/csv': {
      description:
        'A header with the columns `movie`, `theatre`, `room`, `startsAt`, `standard`, `premium`, `salesOpenAt`, then a showtime a line. Cells are ' +
        'separated by commas, semicolons, tabs or bars; the `sep=` line of Excel is understood.',
      example: 'movie,theatre,room,startsAt,standard,premium\nArrival,Lichtburg,Room 1,2026-12-24T20:15,1200,1500\n',
    },
    'application/x-ndjson': {
      description: 'One showtime a line, each as in `showtimes` of the JSON body.',
      example:
        '{"movie":"Arrival","theatre":"Lichtburg","room":"Room 1","startsAt":"2026-12-24T20:15","prices":{"standard":1200,"premium":1500}}\n',
    },
  })
  @ApiOperation({
    operationId: 'importSchedule',
    summary: 'Schedule many showtimes from JSON, NDJSON or CSV, all or none of them',
    description:
      'The answer names all faults at once, each with its line or pointer: overlaps in the file and with other showtimes included, and local times that ' +
      'the clocks skip or repeat. Movie, room and start say which showtime a row means: one that is there already stays as it is, also where it ' +
      'was cancelled or differs, so that repeating an import changes nothing. Prices are in minor units. At most 2,000 rows. With `dryRun=true` ' +
      'the answer says what the import would do, its faults included, and nothing is done. `N/A`, `#N/A`, `NA`, `<NA>`, `NaN`, `NaT`, `NULL`, `None` ' +
      'and `\\N` mean that there is no value. Names are compared without regard to case and accents.',
  })
  @Problems(new ScheduleRefused([FAULT]), new ChangedMeanwhile())
  async importSchedule(
    @UserId() adminId: string,
    @Req() { body, headers }: FastifyRequest,
    @Query() { dryRun }: DryRunRequest,
  ): Promise<ScheduleImportView> {
    const isJsonLines = /ndjson/i.test(headers['content-type'] ?? '');
    const file = typeof body === 'string' ? await readSchedule(Buffer.from(body), { isJsonLines }) : readJsonSchedule(body);
    const command = new ImportSchedule(adminId, file);
    return dryRun ? this.queries.execute(new ScheduleDryRun(command)) : scheduleImportView(await this.admin.execute(command));
  }
}
