/** Which movies and rooms the rows of a schedule mean. */
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { MoviesByTitles, type MovieSummary } from '@app/contracts/movies.js';
import { type NamedRoom, RoomsByNames } from '@app/contracts/rooms.js';
import { isUuid } from '@app/kernel/id.js';
import { faultIn, type ScheduleFault, type ScheduleRow } from '../domain/schedule-file.js';

export interface NamedRow {
  readonly row: ScheduleRow;
  readonly movieId: string;
  readonly roomId: string;
}

@Injectable()
export class ScheduleNames {
  constructor(private readonly queries: QueryBus) {}

  /** An id is taken as it is: whether it exists is seen when it is read under the locks. */
  async resolve(rows: readonly ScheduleRow[]): Promise<{ rows: NamedRow[]; faults: ScheduleFault[] }> {
    const titles = [...new Set(rows.map(({ movie }) => movie).filter((movie) => !isUuid(movie)))];
    const names = new Map(rows.flatMap(nameOfRoom).map((name) => [keyOf(name), name]));
    const movies = new Map((await this.queries.execute(new MoviesByTitles(titles))).map((found) => [found.title, found.movies]));
    const rooms = new Map((await this.queries.execute(new RoomsByNames([...names.values()]))).map((found) => [keyOf(found), found]));
    const faults: ScheduleFault[] = [];
    const resolved = rows.flatMap((row): NamedRow[] => {
      const refuse = (field: string, rule: string, message: string): null => {
        faults.push(faultIn(row.place, field, { rule, message }));
        return null;
      };
      const movieId = isUuid(row.movie) ? row.movie.toLowerCase() : movieOf(movies.get(row.movie) ?? [], row.movie, refuse);
      const roomId = isUuid(row.room) ? row.room.toLowerCase() : roomOf(row, rooms, refuse);
      return movieId === null || roomId === null ? [] : [{ row, movieId, roomId }];
    });
    return { rows: resolved, faults };
  }
}

type Refuse = (field: string, rule: string, message: string) => null;

/** Of several movies with one title, the one that is not retired. */
function movieOf(movies: readonly MovieSummary[], title: string, refuse: Refuse): string | null {
  const active = movies.filter(({ retired }) => !retired);
  const [found, other] = active.length > 0 ? active : movies;
  if (found === undefined) return refuse('movie', 'showtimes.no-such-movie', `There is no movie "${title}".`);
  if (other !== undefined) return refuse('movie', 'showtimes.ambiguous-title', `Several movies are called "${title}": give the id of one.`);
  return found.id;
}

function roomOf(row: ScheduleRow, rooms: ReadonlyMap<string, NamedRoom>, refuse: Refuse): string | null {
  const { theatre, room } = row;
  if (theatre === null) return refuse('theatre', 'required', 'It is required where the room is a name.');
  const found = rooms.get(keyOf({ theatre, room }));
  if (found === undefined || found.theatreId === null)
    return refuse('theatre', 'showtimes.no-such-theatre', `There is no theatre "${theatre}".`);
  if (found.roomId === null) return refuse('room', 'showtimes.no-such-room', `The theatre "${theatre}" has no open room "${room}".`);
  return found.roomId;
}

function nameOfRoom({ theatre, room }: ScheduleRow): { theatre: string; room: string }[] {
  return theatre === null || isUuid(room) ? [] : [{ theatre, room }];
}

function keyOf({ theatre, room }: { readonly theatre: string; readonly room: string }): string {
  return JSON.stringify([theatre, room]);
}
