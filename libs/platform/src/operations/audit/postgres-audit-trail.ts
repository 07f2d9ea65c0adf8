/** The audit trail in PostgreSQL. Rows are added, never changed. */
import { Injectable } from '@nestjs/common';
import { type AuditEntry, AuditTrail, type KeptAuditEntry } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import { ClsService } from 'nestjs-cls';
import { Database } from '../../persistence/database.js';
import { Transactions } from '../../persistence/transactions.js';
import { CORRELATION_ID } from '../../telemetry/correlation-id.js';

@Injectable()
export class PostgresAuditTrail extends AuditTrail {
  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly cls: ClsService,
  ) {
    super();
  }

  async record({ actor, action, subject, details = {} }: AuditEntry): Promise<void> {
    // Outside of it, the entry would stay although the act was refused.
    if (!this.transactions.isActive) throw new Error(`${action} was recorded outside the transaction of the act`);
    await this.database.query(
      `INSERT INTO platform.audit_trail (id, at, actor, action, subject, details, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [newId(), this.clock.now(), actor, action, subject, JSON.stringify(details), this.requestId()],
    );
  }

  async entriesAbout(subjects: readonly string[], limit: number): Promise<KeptAuditEntry[]> {
    return this.database.query<KeptAuditEntry>(
      `SELECT id, at, actor, action, subject, details, request_id FROM platform.audit_trail WHERE subject = ANY ($1) ORDER BY id LIMIT $2`,
      [subjects, limit],
    );
  }

  private requestId(): string | null {
    return this.cls.isActive() ? (this.cls.get<string | undefined>(CORRELATION_ID) ?? null) : null;
  }
}
