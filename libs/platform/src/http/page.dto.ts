/** What every list takes: a page size, and the cursor of the page before. */
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { MayBeLeftOut } from './may-be-left-out.js';
import { Text } from './text.js';

/** The longest today has 2,451: a title of 300 characters, of which JSON writes each with at most six bytes. */
const MAX_CURSOR_LENGTH = 4_096;

export class PageRequest {
  /** How many items, 1–100. */
  @MayBeLeftOut()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value))
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  /**
   * `page.nextCursor` of the page before.
   * @example "WyIwMTk5OGYxZS02YzFmLTdhNzAtOWQxYy0wYTZkNGQyYThiMTUiXQ"
   */
  @MayBeLeftOut()
  @Text({ max: MAX_CURSOR_LENGTH, form: 'as-written', optional: true })
  cursor?: string;
}
