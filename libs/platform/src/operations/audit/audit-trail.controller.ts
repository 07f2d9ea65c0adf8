/** Shows admins what admins did. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequiresRight } from '../../http/access/route-access.js';
import { Database } from '../../persistence/database.js';
import { keyset } from '../../persistence/keyset.js';
import { type AuditEntryRow, type AuditEntryView, AuditTrailResponse, auditEntryView } from './audit-entry.view.js';
import { AuditTrailRequest } from './audit-trail.dto.js';

@ApiTags('admin')
@RequiresRight('audit-trail.read')
@Controller('admin/audit-trail')
export class AuditTrailController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({ operationId: 'listAuditEntries', summary: 'What admins did, newest first' })
  listAuditEntries(@Query() { limit, cursor, actor, subject, action }: AuditTrailRequest): Promise<AuditTrailResponse> {
    return keyset<AuditEntryRow, AuditEntryView>(this.database, {
      select: 'SELECT id, at, actor, action, subject, details, request_id FROM platform.audit_trail',
      filters: [],
      anyOf: [
        ['subject', subject],
        ['actor', actor],
        ['action', action],
      ],
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit,
      cursor,
      view: auditEntryView,
    });
  }
}
