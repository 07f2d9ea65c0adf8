/** What an admin did, and to what. */
export interface AuditEntry {
  /** The admin's user id. Null: the operator of the system, at the command line or by a setting. */
  readonly actor: string | null;
  /** `<context>.<what-was-done>` */
  readonly action: string;
  /** What the act was done to: an id, or a name where there is no id. */
  readonly subject: string;
  /** Plain JSON: what the action alone does not say. Never a secret. */
  readonly details?: object;
}

/** An entry as it is kept. `requestId`: the request that did it; the events that it caused carry it too. */
export interface KeptAuditEntry extends AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly requestId: string | null;
}

/** Keeps what admins did. An entry is written in the transaction of the act, so that both happen or neither. */
export abstract class AuditTrail {
  abstract record(entry: AuditEntry): Promise<void>;

  /** Returns the oldest `limit` entries about these subjects. */
  abstract entriesAbout(subjects: readonly string[], limit: number): Promise<KeptAuditEntry[]>;
}

/** A command of an admin. Its audit entry is written where it is executed, in its transaction. */
export interface AdminCommand<Result> {
  /** The admin's user id. Null: the operator of the system, at the command line or by a setting. */
  readonly adminId: string | null;

  /** What the audit trail keeps of the act. Null when the act changed nothing. */
  auditEntry(result: Result): Omit<AuditEntry, 'actor'> | null;
}
