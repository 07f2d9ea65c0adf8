/** What admins ask about the audit trail. */
import { IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { PageRequest } from '../http/page.dto.js';

export class AuditTrailRequest extends PageRequest {
  /**
   * Only acts of this admin.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11"
   */
  @IsOptional()
  @IsUUID()
  actor?: string;

  /**
   * Only acts on this subject.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b15"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  subject?: string;

  /**
   * Only this action.
   * @example "reservations.cancel-as-admin"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  action?: string;
}
