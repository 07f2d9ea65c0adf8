import { IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { PageRequest } from '../http/page.dto.js';
import { PageInfo } from '../http/page.view.js';

export class AuditTrailRequest extends PageRequest {
  /**
   * Only what this admin did.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11"
   */
  @IsOptional()
  @IsUUID()
  actor?: string;

  /**
   * Only what was done to this.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b15"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  subject?: string;

  /**
   * Only actions of this kind.
   * @example "reservations.cancel-as-admin"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  action?: string;
}

export class AuditEntryResponse {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b21" */
  id!: string;
  /** @example "2026-11-21T18:00:00.000Z" */
  at!: string;
  /**
   * The admin's user id.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11"
   */
  actor!: string;
  /** @example "reservations.cancel-as-admin" */
  action!: string;
  /**
   * What it was done to.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b15"
   */
  subject!: string;
  /**
   * What the action alone does not say.
   * @example { "refund": "full", "reason": "The projector broke." }
   */
  details!: Record<string, unknown>;
  /**
   * `X-Request-Id` of the request it was done by.
   * @example "7b8a4c1e-3f0e-4a8c-9a9b-0d6c2f4f9f10"
   */
  requestId!: string | null;
}

export class AuditTrailResponse {
  data!: AuditEntryResponse[];
  page!: PageInfo;
}
