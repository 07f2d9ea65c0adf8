import { type AuditEntry, AuditTrail } from '../audit-trail.js';

/** An audit trail for specs. Keeps the entries. */
export class InMemoryAuditTrail extends AuditTrail {
  readonly entries: AuditEntry[] = [];

  record(entry: AuditEntry): Promise<void> {
    this.entries.push(entry);
    return Promise.resolve();
  }
}
