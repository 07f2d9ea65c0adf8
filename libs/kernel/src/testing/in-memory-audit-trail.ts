import { type AuditEntry, AuditTrail, type KeptAuditEntry } from '../audit-trail.js';

/** An audit trail for specs. Keeps the entries. */
export class InMemoryAuditTrail extends AuditTrail {
  readonly entries: AuditEntry[] = [];

  record(entry: AuditEntry): Promise<void> {
    this.entries.push(entry);
    return Promise.resolve();
  }

  /** With the time 0 and no request. */
  entriesAbout(subjects: readonly string[], limit: number): Promise<KeptAuditEntry[]> {
    const about = this.entries.filter(({ subject }) => subjects.includes(subject)).slice(0, limit);
    return Promise.resolve(about.map((entry, i) => ({ ...entry, id: String(i), at: new Date(0), requestId: null })));
  }
}
