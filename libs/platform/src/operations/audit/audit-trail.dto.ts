/** What admins ask about the audit trail. */
import { PageRequest } from '../../http/page.dto.js';
import { CodeList, IdList } from '../../http/query-list.js';

export class AuditTrailRequest extends PageRequest {
  /** Admins: one id, or up to 20 separated by commas. */
  @IdList()
  actor?: string[];

  /** Subjects, most of them ids: one, or up to 20 separated by commas. */
  @CodeList(255)
  subject?: string[];

  /** Actions: one, or up to 20 separated by commas. */
  @CodeList(100)
  action?: string[];
}
