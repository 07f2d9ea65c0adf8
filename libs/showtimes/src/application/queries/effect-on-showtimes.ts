import { type IQueryHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { EffectOnReservations } from '@app/contracts/reservations.js';
import { EffectOnShowtimes, ShowtimeCancelled, ShowtimeChanged, type ShowtimesEffect } from '@app/contracts/showtimes.js';
import { Clock } from '@app/kernel/clock.js';
import { Showtimes } from '../../domain/showtimes.js';
import { ShowtimeEnds } from '../showtime-ends.js';

@QueryHandler(EffectOnShowtimes)
export class EffectOnShowtimesHandler implements IQueryHandler<EffectOnShowtimes> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly ends: ShowtimeEnds,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
  ) {}

  async execute({ movieId, change }: EffectOnShowtimes): Promise<ShowtimesEffect> {
    const isCancelled = change === 'cancelled';
    const ids = isCancelled
      ? await this.showtimes.idsOfUpcoming(movieId, this.clock.now())
      : await this.ends.withOtherEnd({ movieId, ...change });
    const reservations = await this.queries.execute(new EffectOnReservations(ids, isCancelled ? 'cancelled' : 'end-changed'));
    const own = { type: isCancelled ? ShowtimeCancelled.type : ShowtimeChanged.type, count: ids.length };
    return { showtimes: ids.length, reservations, events: ids.length === 0 ? [] : [own, ...reservations.events] };
  }
}
