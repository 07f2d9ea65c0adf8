/** What admins ask about the outbox. */
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsUUID } from 'class-validator';
import { MayBeLeftOut } from '../../http/may-be-left-out.js';
import { PageRequest } from '../../http/page.dto.js';
import { CodeList } from '../../http/query-list.js';
import { Text } from '../../http/text.js';
import { ArrayUnique } from '../../http/array-unique.js';
import { MAX_RELEASED } from './release-outbox-rows.js';

export class OutboxRequest extends PageRequest {
  /**
   * Only what waits for a person is listed: the rest passes within seconds.
   * @example "parked"
   */
  @MayBeLeftOut()
  @IsIn(['parked'])
  status?: 'parked';

  /** Types of events: one, or up to 20 separated by commas. */
  @CodeList(255)
  type?: string[];
}

export class ReleaseRequest {
  /**
   * These rows, at most 100. Either `ids` or `type`.
   * @example ["01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b33"]
   */
  @MayBeLeftOut()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_RELEASED)
  @ArrayUnique((id) => (typeof id === 'string' ? id.toLowerCase() : id))
  @IsUUID(undefined, { each: true })
  ids?: string[];

  /**
   * The parked events of this type, the oldest 100.
   */
  @MayBeLeftOut()
  @Text({ max: 255, form: 'as-written', optional: true })
  type?: string;
}
