/** The movies and rooms of showtimes, as their contexts know them at this moment. */
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { MoviesByIds, type MovieSummary } from '@app/contracts/movies.js';
import { RoomsByIds, type RoomSummary } from '@app/contracts/rooms.js';
import { NoSuchMovie, NoSuchRoom } from '../domain/errors.js';

@Injectable()
export class MoviesAndRooms {
  constructor(private readonly queries: QueryBus) {}

  async moviesOf(showtimes: readonly { readonly movieId: string }[]): Promise<Map<string, MovieSummary>> {
    const movies = await this.queries.execute(new MoviesByIds([...new Set(showtimes.map(({ movieId }) => movieId))]));
    return new Map(movies.map((movie) => [movie.id, movie]));
  }

  async roomsOf(showtimes: readonly { readonly roomId: string }[]): Promise<Map<string, RoomSummary>> {
    const rooms = await this.queries.execute(new RoomsByIds([...new Set(showtimes.map(({ roomId }) => roomId))]));
    return new Map(rooms.map((room) => [room.id, room]));
  }

  /** Of a showtime that an admin asks for. Throws `NoSuchMovie`, `NoSuchRoom`. */
  async ofRequest(request: { readonly movieId: string; readonly roomId: string }): Promise<{ movie: MovieSummary; room: RoomSummary }> {
    const [movie] = (await this.moviesOf([request])).values();
    if (movie === undefined) throw new NoSuchMovie();
    const [room] = (await this.roomsOf([request])).values();
    if (room === undefined) throw new NoSuchRoom();
    return { movie, room };
  }
}

/** Of a showtime that is stored. */
export function knownSummary<Summary>(summaries: ReadonlyMap<string, Summary>, id: string): Summary {
  const summary = summaries.get(id);
  if (summary === undefined) throw new Error(`A showtime refers to ${id}, which no context knows`);
  return summary;
}
