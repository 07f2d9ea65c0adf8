/** Shows admins what admins did. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../http/access.js';
import { isUuid, pageOf, readCursor } from '../http/paging.js';
import { Problems } from '../http/problems.js';
import { type AuditEntryResponse, AuditTrailRequest, AuditTrailResponse } from './audit-trail.dto.js';
import { Database } from '../persistence/database.js';

type Row = Omit<AuditEntryResponse, 'at'> & { at: Date };

@ApiTags('admin')
@AdminOnly()
@Controller('admin/audit-trail')
export class AuditTrailController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({ operationId: 'readAuditTrail', summary: 'What admins did, newest first' })
  @Problems(401, 403)
  async readAuditTrail(@Query() { limit, cursor, actor, subject, action }: AuditTrailRequest): Promise<AuditTrailResponse> {
    const conditions = ['true'];
    const parameters: unknown[] = [limit + 1];
    const where = (condition: string, value: string | null | undefined): void => {
      if (value === null || value === undefined) return;
      parameters.push(value);
      conditions.push(`${condition} $${parameters.length}`);
    };
    where('id <', readCursor(cursor, [isUuid])?.[0]);
    where('actor =', actor);
    where('subject =', subject);
    where('action =', action);
    const rows = await this.database.query<Row>(
      `SELECT id, at, actor, action, subject, details, request_id
       FROM platform.audit_trail WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $1`,
      parameters,
    );
    return pageOf(
      rows,
      limit,
      ({ id }) => [id],
      (row) => ({ ...row, at: row.at.toISOString() }),
    );
  }
}
