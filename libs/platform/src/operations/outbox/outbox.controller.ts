/** Shows admins the events that the broker refuses, and releases them. */
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '../../http/access/caller.js';
import { RequiresRight } from '../../http/access/route-access.js';
import { InvalidInput } from '../../http/problems/http-errors.js';
import { ProblemMembers } from '../../http/problems/problem.view.js';
import { Problems } from '../../http/problems/problems.js';
import { UuidPipe } from '../../http/validation.js';
import { Database } from '../../persistence/database.js';
import { keyset } from '../../persistence/keyset.js';
import { AdminCommands } from '../admin-commands.js';
import {
  OUTBOX_COLUMNS,
  OutboxRowDetailsView,
  OutboxRowsResponse,
  type OutboxRowView,
  type OutboxTableRow,
  ReleaseView,
  outboxRowView,
} from './outbox-row.view.js';
import { OutboxRequest, ReleaseRequest } from './outbox.dto.js';
import { OperationProblemMembers } from '../problem-members.view.js';
import { OutboxRowNotFound, type OutboxSelection, ReleaseOutboxRows, ReleaseOutboxRowsHandler } from './release-outbox-rows.js';

const NOT_FOUND = new OutboxRowNotFound(['01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b33']);

@ApiTags('admin')
@ProblemMembers(OperationProblemMembers)
@RequiresRight('operations.manage')
@Controller('admin/outbox')
class OutboxController {
  constructor(
    private readonly database: Database,
    private readonly commands: AdminCommands,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listOutboxRows', summary: 'Events that the broker refused until they were parked, newest first' })
  listOutboxRows(@Query() { limit, cursor, type }: OutboxRequest): Promise<OutboxRowsResponse> {
    return keyset<OutboxTableRow, OutboxRowView>(this.database, {
      select: `SELECT ${OUTBOX_COLUMNS} FROM messaging.outbox`,
      filters: [['parked_at IS NOT NULL'], ['type = ANY (?)', type]],
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit,
      cursor,
      view: outboxRowView,
    });
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getOutboxRow', summary: 'One event of the outbox, with its data' })
  @Problems(NOT_FOUND)
  async getOutboxRow(@Param('id', UuidPipe) id: string): Promise<OutboxRowDetailsView> {
    const [row] = await this.database.query<OutboxTableRow & { data: Record<string, unknown> }>(
      `SELECT ${OUTBOX_COLUMNS}, data FROM messaging.outbox WHERE id = $1`,
      [id],
    );
    if (row === undefined) throw new OutboxRowNotFound([id]);
    return { ...outboxRowView(row), data: row.data };
  }

  @Post('release')
  @HttpCode(200)
  @ApiOperation({ operationId: 'releaseOutboxRows', summary: 'Let the relay publish parked events again; harmless when repeated' })
  @Problems(NOT_FOUND)
  releaseOutboxRows(@UserId() adminId: string, @Body() request: ReleaseRequest): Promise<ReleaseView> {
    return this.release(adminId, selectionOf(request));
  }

  @Post(':id/release')
  @HttpCode(200)
  @ApiOperation({ operationId: 'releaseOutboxRow', summary: 'Let the relay publish a parked event again; harmless when repeated' })
  @Problems(new OutboxRowNotFound(['01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11']))
  releaseOutboxRow(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<ReleaseView> {
    return this.release(adminId, { ids: [id] });
  }

  private async release(adminId: string, selection: OutboxSelection): Promise<ReleaseView> {
    const { released, skipped, parked } = await this.commands.execute(new ReleaseOutboxRows(adminId, selection));
    return { released, skipped, parked };
  }
}

function selectionOf({ ids, type }: ReleaseRequest): OutboxSelection {
  const selections = [...(ids ? [{ ids }] : []), ...(type ? [{ type }] : [])];
  if (selections.length !== 1) throw new InvalidInput([{ pointer: '', rule: 'oneOf', message: 'must have either ids or type' }]);
  return selections[0]!;
}

@Module({ providers: [ReleaseOutboxRowsHandler], controllers: [OutboxController] })
export class OutboxModule {}
