/** What every list takes: a page size, and the cursor of the page before. */
import { MayBeLeftOut } from './may-be-left-out.js';
import { QueryInteger } from './query-values.js';
import { Text } from './text.js';

/** The longest today has 2,451: a title of 300 characters, of which JSON writes each with at most six bytes. */
const MAX_CURSOR_LENGTH = 4_096;

export class PageRequest {
  /** How many items, 1–100. */
  @QueryInteger({ min: 1, max: 100 })
  limit: number = 20;

  /**
   * `page.nextCursor` of the page before.
   * @example "WyIwMTk5OGYxZS02YzFmLTdhNzAtOWQxYy0wYTZkNGQyYThiMTUiXQ"
   */
  @MayBeLeftOut()
  @Text({ max: MAX_CURSOR_LENGTH, form: 'as-written', optional: true })
  cursor?: string;
}
