/** Shows admins the messages that died, and lets them send those back. */
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, UserId } from '../http/access.js';
import { isUuid, pageOf, readCursor } from '../http/paging.js';
import { Problems } from '../http/problems.js';
import { InvalidInput } from '../http/http-errors.js';
import { UuidPipe } from '../http/validation.js';
import { Database } from '../persistence/database.js';
import {
  DeadLetterDetailResponse,
  type DeadLetterResponse,
  DeadLettersRequest,
  DeadLettersResponse,
  RedriveRequest,
  RedriveResponse,
} from './dead-letters.dto.js';
import { BrokerAway, DeadLetterNotFound, Redrive, type Selection } from './redrive.js';

type Row = Omit<DeadLetterResponse, 'status' | 'diedAt' | 'redrivenAt'> & { diedAt: Date; redrivenAt: Date | null };

const COLUMNS = `id, queue, message_id, reason, attempts, died_at, redriven_at`;

@ApiTags('admin')
@AdminOnly()
@Controller('admin/dead-letters')
class DeadLettersController {
  constructor(
    private readonly database: Database,
    private readonly letters: Redrive,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listDeadLetters', summary: 'Messages no reaction could take, newest first' })
  @Problems(401, 403)
  async listDeadLetters(@Query() { limit, cursor, queue, status }: DeadLettersRequest): Promise<DeadLettersResponse> {
    const conditions = ['true'];
    const parameters: unknown[] = [limit + 1];
    const where = (condition: string, value: string | undefined): void => {
      if (value === undefined) return;
      parameters.push(value);
      conditions.push(`${condition} $${parameters.length}`);
    };
    where('id <', readCursor(cursor, [isUuid])?.[0]);
    where('queue =', queue);
    if (status !== undefined) conditions.push(status === 'waiting' ? 'redriven_at IS NULL' : 'redriven_at IS NOT NULL');
    const rows = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM messaging.dead_letters WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $1`,
      parameters,
    );
    return pageOf(rows, limit, ({ id }) => [id], viewOf);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'readDeadLetter', summary: 'One of them, with the message itself' })
  @Problems(401, 403, new DeadLetterNotFound(['01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b31']))
  async readDeadLetter(@Param('id', UuidPipe) id: string): Promise<DeadLetterDetailResponse> {
    const [row] = await this.database.query<Row & { body: string }>(`SELECT ${COLUMNS}, body FROM messaging.dead_letters WHERE id = $1`, [
      id,
    ]);
    if (row === undefined) throw new DeadLetterNotFound([id]);
    const body = objectIn(row.body);
    return { ...viewOf(row), body, text: body === null ? row.body : null };
  }

  @Post('redrive')
  @HttpCode(200)
  @ApiOperation({ operationId: 'redriveDeadLetters', summary: 'Send them back into their queues; harmless when repeated' })
  @Problems(401, 403, new DeadLetterNotFound(['01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b31']), new BrokerAway(0))
  redriveDeadLetters(@UserId() adminId: string, @Body() request: RedriveRequest): Promise<RedriveResponse> {
    return this.letters.redrive(adminId, chosenBy(request));
  }
}

function chosenBy({ ids, queue }: RedriveRequest): Selection {
  const chosen = [...(ids ? [{ ids }] : []), ...(queue ? [{ queue }] : [])];
  if (chosen.length !== 1) throw new InvalidInput([{ pointer: '', message: 'must have either ids or queue' }]);
  return chosen[0]!;
}

function viewOf({ id, queue, messageId, reason, attempts, diedAt, redrivenAt }: Row): DeadLetterResponse {
  return {
    id,
    status: redrivenAt === null ? 'waiting' : 'redriven',
    queue,
    messageId,
    reason,
    attempts,
    diedAt: diedAt.toISOString(),
    redrivenAt: redrivenAt?.toISOString() ?? null,
  };
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

@Module({ providers: [Redrive], controllers: [DeadLettersController] })
export class DeadLettersModule {}
