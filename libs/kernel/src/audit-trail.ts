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
  abstract record(entry: AuditEntry): Promise<void>;
}

/** A command that only an admin may give. Its audit entry is written where it is executed, in its transaction. */
export interface AdminCommand<Result> {
  /** The admin's user id. */
  readonly adminId: string;

  /** What the audit trail keeps of the act; null when it changed nothing. */
  auditEntry(result: Result): Omit<AuditEntry, 'actor'> | null;
}
