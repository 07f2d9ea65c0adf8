/** Audit entries as admins see them. */
import { PageInfo } from '../../http/page.view.js';

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
  /** @example "payments.replay-webhook" */
  action!: string;
  /**
   * What the act was done to: an id of ours or of Stripe, the name of a queue, or what many were of.
   * @example "evt_1NG8Du2eZvKYlo2CUI79vXWy"
   */
  subject!: string;
  /**
   * What the action alone does not say.
   * @example { "status": "applied" }
   */
  details!: Record<string, unknown>;
  /**
   * `X-Request-Id` of the request that did it.
   * @example "request-4711"
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
