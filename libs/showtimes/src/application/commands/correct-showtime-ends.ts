import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { MoviesByIds } from '@app/contracts/movies.js';
import { RoomsByIds } from '@app/contracts/rooms.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { type MovieOrRoom, Showtimes } from '../../domain/showtimes.js';
import { ShowtimeEnds } from '../showtime-ends.js';

/** Finds the showtimes ahead whose end is not that of their movie and room, because an event was lost, and corrects them. Resolves to how many movies and rooms. */
export class CorrectShowtimeEnds extends Command<number> {}

@CommandHandler(CorrectShowtimeEnds)
export class CorrectShowtimeEndsHandler implements ICommandHandler<CorrectShowtimeEnds> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly ends: ShowtimeEnds,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute(): Promise<number> {
    const wrong = await this.withWrongEnds();
    for (const of of wrong) await this.transactions.run(() => this.ends.correct(of));
    return wrong.length;
  }

  private async withWrongEnds(): Promise<MovieOrRoom[]> {
    const stored = await this.showtimes.durationsOfUpcoming(this.clock.now());
    const movies = await this.queries.execute(new MoviesByIds([...new Set(stored.map(({ movieId }) => movieId))]));
    const rooms = await this.queries.execute(new RoomsByIds([...new Set(stored.map(({ roomId }) => roomId))]));
    const runtimes = new Map(movies.map(({ id, runtimeMinutes }) => [id, runtimeMinutes]));
    const cleaning = new Map(rooms.map(({ id, cleaningMinutes }) => [id, cleaningMinutes]));
    const movieIds = stored.filter(({ movieId, runtimeMinutes }) => runtimes.get(movieId) !== runtimeMinutes).map(({ movieId }) => movieId);
    const roomIds = stored.filter(({ roomId, cleaningMinutes }) => cleaning.get(roomId) !== cleaningMinutes).map(({ roomId }) => roomId);
    return [...[...new Set(movieIds)].map((movieId) => ({ movieId })), ...[...new Set(roomIds)].map((roomId) => ({ roomId }))];
  }
}
