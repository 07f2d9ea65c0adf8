import { Transform } from 'class-transformer';
import { IsIn } from 'class-validator';
import { POSTER_WIDTHS, type PosterWidth } from '../domain/poster-storage.js';

export class PosterRequest {
  /** Width of the image in pixels. */
  @Transform(({ value }: { value: unknown }) => (value === '320' ? 320 : value === '960' ? 960 : value))
  @IsIn(POSTER_WIDTHS, { message: 'must be 320 or 960' })
  size: PosterWidth = 960;
}
