/** A row of a schedule whose movie, room and times are known. */
import type { Placement } from './placement.js';
import { endsOf } from './placement.js';
import { faultIn, nameOf, type ScheduleFault, type ScheduleRow } from './schedule-file.js';

export interface PlannedRow {
  readonly row: ScheduleRow;
  readonly placement: Placement;
  readonly salesOpenAt: Date | null;
  readonly roomId: string;
  readonly startsAt: Date;
  /** Its movie's runtime and its room's cleaning later. */
  readonly roomFreeAt: Date;
}

export function plannedRow(row: ScheduleRow, placement: Placement, salesOpenAt: Date | null): PlannedRow {
  const { movie, room, start } = placement;
  const { roomFreeAt } = endsOf(start.at, { runtimeMinutes: movie.runtimeMinutes, cleaningMinutes: room.cleaningMinutes });
  return { row, placement, salesOpenAt, roomId: room.id, startsAt: start.at, roomFreeAt };
}

/** Rows that are the showtime of an earlier row of the file again. */
export function repeatsAmong(rows: readonly PlannedRow[]): ScheduleFault[] {
  const first = new Map<string, PlannedRow>();
  return rows.flatMap((next) => {
    const key = `${next.roomId} ${next.startsAt.getTime()} ${next.placement.movie.id}`;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, next);
    return earlier === undefined ? [] : [faultOfStart(next, 'showtimes.repeated-row', `It is the showtime of ${placeOf(earlier)} again.`)];
  });
}

/**
 * Rows that start while another one occupies their room. Give it rows of showtimes that are not there yet: one that is there ends as its movie and
 * its room were when it started, or does not take place.
 */
export function overlapsAmong(missing: readonly PlannedRow[]): ScheduleFault[] {
  return [...Map.groupBy(missing, ({ roomId }) => roomId).values()].flatMap((ofRoom) => {
    const faults: ScheduleFault[] = [];
    let last: PlannedRow | null = null;
    for (const next of [...ofRoom].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())) {
      if (last !== null && next.startsAt < last.roomFreeAt && !isSameShowtime(next, last))
        faults.push(faultOfStart(next, 'showtimes.overlap', `It overlaps in this room with ${placeOf(last)}, its cleaning included.`));
      if (last === null || next.roomFreeAt > last.roomFreeAt) last = next;
    }
    return faults;
  });
}

function isSameShowtime(a: PlannedRow, b: PlannedRow): boolean {
  return a.startsAt.getTime() === b.startsAt.getTime() && a.placement.movie.id === b.placement.movie.id;
}

function faultOfStart({ row }: PlannedRow, rule: string, message: string): ScheduleFault {
  return faultIn(row.place, 'startsAt', { rule, message });
}

function placeOf({ row }: PlannedRow): string {
  return nameOf(row.place);
}
