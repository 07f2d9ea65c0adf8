/** What admins ask about dead letters. */
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsUUID } from 'class-validator';
import { MayBeLeftOut } from '../../http/may-be-left-out.js';
import { PageRequest } from '../../http/page.dto.js';
import { CodeList, ValueList } from '../../http/query-list.js';
import { DEAD_LETTER_STATUSES, type DeadLetterStatus, MAX_SELECTED } from './dead-letter-selection.js';
import { Text } from '../../http/text.js';
import { ArrayUnique } from '../../http/array-unique.js';

export class DeadLettersRequest extends PageRequest {
  /** Queues that they died in: one, or up to 20 separated by commas. */
  @CodeList(255)
  queue?: string[];

  /** Those that wait for a person, those that were sent back, and those that were dismissed: any of these, separated by commas. */
  @ValueList(DEAD_LETTER_STATUSES)
  status?: readonly DeadLetterStatus[];
}

export class RedriveRequest {
  /**
   * These letters, at most 100. Either `ids` or `queue`.
   * @example ["01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b31"]
   */
  @MayBeLeftOut()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_SELECTED)
  @ArrayUnique((id) => (typeof id === 'string' ? id.toLowerCase() : id))
  @IsUUID(undefined, { each: true })
  ids?: string[];

  /**
   * The letters that wait in this queue, the oldest 100.
   */
  @MayBeLeftOut()
  @Text({ max: 255, form: 'as-written', optional: true })
  queue?: string;
}

export class DismissDeadLettersRequest extends RedriveRequest {
  /**
   * Why nothing is to be done about them, for the audit trail.
   * @example "Of a reservation that a restore has taken back"
   */
  @Text({ max: 500 })
  reason!: string;
}
