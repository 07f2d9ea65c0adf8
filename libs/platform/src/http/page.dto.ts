/** What every list takes: a page size, and the cursor of the page before. */
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

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
  @IsString()
  @MaxLength(500)
  cursor?: string;
}
