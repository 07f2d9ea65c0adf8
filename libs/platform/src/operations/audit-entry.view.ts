/** Audit entries as admins see them. */
import { PageInfo } from '../http/page.view.js';

export class AuditEntryView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b21" */
  id!: string;
  /** @example "2026-11-21T18:00:00.000Z" */
  at!: string;
  /**
   * The admin's user id. Null: the operator of the system, at the command line or by a setting.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11"
   */
  actor!: string | null;
  /** @example "reservations.cancel-as-admin" */
  action!: string;
  /**
   * What the act was done to.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b15"
   */
  subject!: string;
  /**
   * What the action alone does not say.
   * @example { "refund": "full", "reason": "The projector broke." }
   */
  details!: Record<string, unknown>;
  /**
   * `X-Request-Id` of the request that did it.
   * @example "7b8a4c1e-3f0e-4a8c-9a9b-0d6c2f4f9f10"
   */
  requestId!: string | null;
}

export class AuditTrailResponse {
  data!: AuditEntryView[];
  page!: PageInfo;
}

export type AuditEntryRow = Omit<AuditEntryView, 'at'> & { at: Date };

export function auditEntryView(row: AuditEntryRow): AuditEntryView {
  return { ...row, at: row.at.toISOString() };
}
