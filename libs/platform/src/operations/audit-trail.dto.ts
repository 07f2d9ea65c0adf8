/** What admins ask about the audit trail. */
import { IsOptional, IsUUID } from 'class-validator';
import { PageRequest } from '../http/page.dto.js';
import { Text } from '../http/text.js';

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
  @Text({ max: 200, form: 'as-written', optional: true })
  subject?: string;

  /**
   * Only this action.
   * @example "reservations.cancel-as-admin"
   */
  @IsOptional()
  @Text({ max: 100, form: 'as-written', optional: true })
  action?: string;
}
