/** A row of a schedule whose movie, room and times are known. */
import type { Placement } from './placement.js';
import { timesFrom } from './placement.js';
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
  const { roomFreeAt } = timesFrom(start.at, { runtimeMinutes: movie.runtimeMinutes, cleaningMinutes: room.cleaningMinutes });
  return { row, placement, salesOpenAt, roomId: room.id, startsAt: start.at, roomFreeAt };
}

/** Which rows repeat another row of the file, or overlap with it in their room. */
export function overlapsAmong(rows: readonly PlannedRow[]): ScheduleFault[] {
  return [...Map.groupBy(rows, ({ roomId }) => roomId).values()].flatMap((ofRoom) => {
    const faults: ScheduleFault[] = [];
    let last: PlannedRow | null = null;
    for (const next of [...ofRoom].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())) {
      if (last !== null && next.startsAt < last.roomFreeAt) faults.push(overlap(next, last));
      if (last === null || next.roomFreeAt > last.roomFreeAt) last = next;
    }
    return faults;
  });
}

function overlap({ row, startsAt, placement }: PlannedRow, other: PlannedRow): ScheduleFault {
  const isSame = startsAt.getTime() === other.startsAt.getTime() && placement.movie.id === other.placement.movie.id;
  const name = nameOf(other.row.place);
  return faultIn(
    row.place,
    'startsAt',
    isSame
      ? { rule: 'showtimes.repeated-row', message: `It is the showtime of ${name} again.` }
      : { rule: 'showtimes.overlap', message: `It overlaps in this room with ${name}, its cleaning included.` },
  );
}
