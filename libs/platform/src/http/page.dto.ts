/** What every list takes: a page size, and the cursor of the page before. */
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Text } from './text.js';

export class PageRequest {
  /** How many items, 1–100. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value))
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  /**
   * `page.nextCursor` of the page before.
   * @example "WyIwMTk5OGYxZS02YzFmLTdhNzAtOWQxYy0wYTZkNGQyYThiMTUiXQ"
   */
  @IsOptional()
  @Text({ max: 500, form: 'as-written', optional: true })
  cursor?: string;
}
