/** What an admin did, to what. */
export interface AuditEntry {
  /** The admin's user id. */
  readonly actor: string;
  /** `<context>.<what-was-done>` */
  readonly action: string;
  /** What it was done to: an id, or a name where there is no id. */
  readonly subject: string;
  /** Plain JSON: what the action alone does not say. Never a secret. */
  readonly details?: object;
}

/** Remembers what admins did, for good. A note is taken in the transaction of the action, so that both happen or neither. */
export abstract class AuditTrail {
  abstract note(entry: AuditEntry): Promise<void>;
}

/** Keeps its notes in memory: for specs. */
export class RememberedAuditTrail extends AuditTrail {
  readonly entries: AuditEntry[] = [];

  note(entry: AuditEntry): Promise<void> {
    this.entries.push(entry);
    return Promise.resolve();
  }
}
