import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type OverlappingShowtime, ShowtimesThatWouldOverlap } from '@app/contracts/showtimes.js';
import { ShowtimeEnds } from '../showtime-ends.js';

@QueryHandler(ShowtimesThatWouldOverlap)
export class ShowtimesThatWouldOverlapHandler implements IQueryHandler<ShowtimesThatWouldOverlap> {
  constructor(private readonly ends: ShowtimeEnds) {}

  async execute({ change }: ShowtimesThatWouldOverlap): Promise<OverlappingShowtime[]> {
    return this.ends.overlapsAfter(change);
  }
}
