/** Shows admins the dead letters, sends them back to their queues, and ends their waiting. */
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
import {
  DEAD_LETTER_COLUMNS,
  DeadLetterDetailsView,
  type DeadLetterRow,
  DeadLettersResponse,
  DismissalView,
  RedriveView,
  deadLetterDetailsView,
  deadLetterView,
} from './dead-letter.view.js';
import { DeadLettersRequest, DismissDeadLettersRequest, RedriveRequest } from './dead-letters.dto.js';
import { OperationProblemMembers } from '../problem-members.view.js';
import { AdminCommands } from '../admin-commands.js';
import { DEAD_LETTER_CONDITIONS, DeadLetterNotFound, type Selection } from './dead-letter-selection.js';
import { DismissDeadLetters, DismissDeadLettersHandler } from './dismiss-dead-letters.js';
import { BrokerAway, RedriveDeadLetters } from './redrive-dead-letters.js';

const NOT_FOUND = new DeadLetterNotFound(['01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b31']);

@ApiTags('admin')
@ProblemMembers(OperationProblemMembers)
@RequiresRight('operations.manage')
@Controller('admin/dead-letters')
class DeadLettersController {
  constructor(
    private readonly database: Database,
    private readonly redrive: RedriveDeadLetters,
    private readonly commands: AdminCommands,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listDeadLetters', summary: 'Messages that no reaction could handle, newest first' })
  listDeadLetters(@Query() { limit, cursor, queue, status }: DeadLettersRequest): Promise<DeadLettersResponse> {
    return keyset<DeadLetterRow, ReturnType<typeof deadLetterView>>(this.database, {
      select: `SELECT ${DEAD_LETTER_COLUMNS} FROM messaging.dead_letters`,
      filters: status === undefined ? [] : [[`(${status.map((each) => `(${DEAD_LETTER_CONDITIONS[each]})`).join(' OR ')})`]],
      anyOf: [['queue', queue]],
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit,
      cursor,
      view: deadLetterView,
    });
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getDeadLetter', summary: 'One dead letter, with the message itself' })
  @Problems(NOT_FOUND)
  async getDeadLetter(@Param('id', UuidPipe) id: string): Promise<DeadLetterDetailsView> {
    const [row] = await this.database.query<DeadLetterRow & { body: string }>(
      `SELECT ${DEAD_LETTER_COLUMNS}, body FROM messaging.dead_letters WHERE id = $1`,
      [id],
    );
    if (row === undefined) throw new DeadLetterNotFound([id]);
    return deadLetterDetailsView(row);
  }

  @Post('redrive')
  @HttpCode(200)
  @ApiOperation({ operationId: 'redriveDeadLetters', summary: 'Send dead letters back to their queues; harmless when repeated' })
  @Problems(NOT_FOUND, new BrokerAway(0))
  redriveDeadLetters(@UserId() adminId: string, @Body() request: RedriveRequest): Promise<RedriveView> {
    return this.redrive.execute({ adminId, selection: selectionOf(request) });
  }

  @Post('dismiss')
  @HttpCode(200)
  @ApiOperation({ operationId: 'dismissDeadLetters', summary: 'End the waiting of dead letters that nothing can be done about' })
  @Problems(NOT_FOUND)
  async dismissDeadLetters(@UserId() adminId: string, @Body() request: DismissDeadLettersRequest): Promise<DismissalView> {
    const command = new DismissDeadLetters(adminId, selectionOf(request), request.reason);
    const { dismissed, skipped, waiting } = await this.commands.execute(command);
    return { dismissed, skipped, waiting };
  }
}

function selectionOf({ ids, queue }: RedriveRequest): Selection {
  const selections = [...(ids ? [{ ids }] : []), ...(queue ? [{ queue }] : [])];
  if (selections.length !== 1) throw new InvalidInput([{ pointer: '', rule: 'oneOf', message: 'must have either ids or queue' }]);
  return selections[0]!;
}

@Module({ providers: [RedriveDeadLetters, DismissDeadLettersHandler], controllers: [DeadLettersController] })
export class DeadLettersModule {}
