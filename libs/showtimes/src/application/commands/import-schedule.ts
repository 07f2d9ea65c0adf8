import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { sortKey } from '@app/kernel/text.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { MAX_FAULTS_LISTED, NoSuchMovie, NoSuchRoom, ScheduleRefused } from '../../domain/errors.js';
import { overlapsAmong, plannedRow, type PlannedRow, repeatsAmong } from '../../domain/planned-row.js';
import { faultIn, faultOf, type ScheduleFault, type ScheduleFile, type ScheduleRow } from '../../domain/schedule-file.js';
import { SchedulingLocks } from '../../domain/scheduling-locks.js';
import { Showtime, type ShowtimeState } from '../../domain/showtime.js';
import { Showtimes } from '../../domain/showtimes.js';
import { TheatreTime } from '../../domain/theatre-time.js';
import type { ScheduleDifferenceView, ScheduleImportView } from '../queries/schedule-import.view.js';
import { MoviesAndRooms } from '../movies-and-rooms.js';
import { type NamedRow, ScheduleNames } from '../schedule-names.js';
import { ShowtimeEnds } from '../showtime-ends.js';

interface ImportedSchedule extends ScheduleImportView {
  /** For the audit trail, where and when the added showtimes are: too many for their ids, and enough to find them. Null where none was added. */
  readonly scope: { readonly from: string; readonly to: string; readonly roomIds: readonly string[] } | null;
}

/**
 * Schedules the showtimes of a file that are not there yet, all or none of them. Movie, room and start say which showtime a row means: a second
 * import of the same file changes nothing, also where a showtime was cancelled since. Throws `ScheduleRefused` with every fault.
 */
export class ImportSchedule extends Command<ImportedSchedule> implements AdminCommand<ImportedSchedule> {
  constructor(
    /** Null: the operator. */
    readonly adminId: string | null,
    readonly file: ScheduleFile,
  ) {
    super();
  }

  auditEntry({ added, alreadyThere, scope }: ImportedSchedule) {
    return scope === null
      ? null
      : { action: 'showtimes.import-schedule', subject: 'showtimes', details: { added, alreadyThere, ...scope } };
  }
}

@CommandHandler(ImportSchedule)
export class ImportScheduleHandler implements ICommandHandler<ImportSchedule> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly names: ScheduleNames,
    private readonly locks: SchedulingLocks,
    private readonly ends: ShowtimeEnds,
    private readonly theatreTime: TheatreTime,
    private readonly clock: Clock,
    private readonly moviesAndRooms: MoviesAndRooms,
    private readonly transactions: Transactions,
  ) {}

  async execute({ file }: ImportSchedule): Promise<ImportedSchedule> {
    return this.transactions.idempotently(async () => {
      const named = await this.names.resolve(file.rows);
      const { rows, faults } = await this.lockedRows(named.rows);
      const stored = storedOf(rows, await this.showtimes.startingAt(rows));
      const missing = rows.filter((row) => !stored.has(row));
      const all = [
        ...file.faults,
        ...named.faults,
        ...faults,
        ...repeatsAmong(rows),
        ...overlapsAmong(missing),
        ...missing.flatMap(({ row, placement, salesOpenAt }) =>
          Showtime.refusals(placement, { prices: row.prices, salesOpenAt }, this.clock.now()).map((refusal) => faultOf(row.place, refusal)),
        ),
        ...(await this.overlapsWithStored(missing)),
      ];
      if (all.length > 0) throw new ScheduleRefused(inOrder(all));
      await this.showtimes.addAll(
        missing.map(({ row: { prices }, placement, salesOpenAt }) =>
          Showtime.schedule(placement, { prices, salesOpenAt }, this.clock.now()),
        ),
      );
      const allDifferences = [...stored].flatMap(([row, showtime]) => differencesOf(row, showtime));
      const differences = allDifferences.slice(0, MAX_FAULTS_LISTED);
      const counts = { added: missing.length, alreadyThere: stored.size, differenceCount: allDifferences.length };
      return { dryRun: false, possible: true, ...counts, differences, faultCount: 0, faults: [], scope: scopeOf(missing) };
    });
  }

  /** The rows with their movies and rooms as they are now and stay until this commits. */
  private async lockedRows(named: readonly NamedRow[]): Promise<{ rows: PlannedRow[]; faults: ScheduleFault[] }> {
    const movieIds = [...new Set(named.map(({ movieId }) => movieId))];
    const roomIds = [...new Set(named.map(({ roomId }) => roomId))];
    await this.locks.lockForScheduling(movieIds, roomIds);
    const movies = await this.moviesAndRooms.moviesOf(named);
    const rooms = await this.moviesAndRooms.roomsOf(named);
    const faults: ScheduleFault[] = [];
    const rows = named.flatMap(({ row, movieId, roomId }): PlannedRow[] => {
      const [movie, room] = [movies.get(movieId), rooms.get(roomId)];
      if (movie === undefined) faults.push(faultOf(row.place, new NoSuchMovie()));
      if (room === undefined) faults.push(faultOf(row.place, new NoSuchRoom()));
      if (movie === undefined || room === undefined) return [];
      const { theatre } = room;
      if (!isOf(theatre, row.theatre)) {
        faults.push(faultIn(row.place, 'theatre', { rule: 'showtimes.other-theatre', message: `The room is in "${theatre.name}".` }));
        return [];
      }
      const clockFaults = this.clockFaults(row, theatre.timeZone);
      faults.push(...clockFaults);
      if (clockFaults.length > 0) return [];
      const start = this.theatreTime.parse(row.startsAt, theatre.timeZone);
      const salesOpenAt = row.salesOpenAt === null ? null : this.theatreTime.parse(row.salesOpenAt, theatre.timeZone).at;
      return [plannedRow(row, { movie, room, start }, salesOpenAt)];
    });
    return { rows, faults };
  }

  /** A file is made by people or programs that know nothing of clock changes: a time that is not one instant is refused, not guessed. */
  private clockFaults(row: ScheduleRow, timeZone: string): ScheduleFault[] {
    return (['startsAt', 'salesOpenAt'] as const).flatMap((field) => {
      const text = row[field];
      const often = text === null ? 1 : this.theatreTime.occurrences(text, timeZone);
      if (text === null || often === 1) return [];
      const [rule, message] =
        often === 0
          ? ['showtimes.time-skipped', `${text} does not exist in ${timeZone}: the clocks are put forward.`]
          : ['showtimes.time-repeated', `${text} happens twice in ${timeZone}, as the clocks are put back: write it with an offset.`];
      return [faultIn(row.place, field, { rule, message })];
    });
  }

  private async overlapsWithStored(rows: readonly PlannedRow[]): Promise<ScheduleFault[]> {
    const conflicts = await this.ends.conflictsOf(rows);
    return rows.flatMap(({ row }, index) => {
      const conflict = conflicts[index] ?? null;
      if (conflict === null) return [];
      const message = `It overlaps in this room with showtime ${conflict.id}, which starts at ${conflict.startsAt}, its cleaning included.`;
      return [faultIn(row.place, 'startsAt', { rule: 'showtimes.overlap', message })];
    });
  }
}

function scopeOf(added: readonly PlannedRow[]): ImportedSchedule['scope'] {
  const starts = added.map(({ startsAt }) => startsAt.toISOString()).sort();
  const roomIds = [...new Set(added.map(({ roomId }) => roomId))].sort();
  return added.length === 0 ? null : { from: starts[0]!, to: starts.at(-1)!, roomIds };
}

function isOf({ id, name }: { readonly id: string; readonly name: string }, theatre: string | null): boolean {
  return theatre === null || id === theatre.toLowerCase() || sortKey(name) === sortKey(theatre);
}

/** Rows of showtimes that are there already. A cancelled one counts unless it was scheduled anew: an import does not take a cancellation back. */
function storedOf(rows: readonly PlannedRow[], found: readonly ShowtimeState[]): Map<PlannedRow, ShowtimeState> {
  const keyOf = (roomId: string, startsAt: Date, movieId: string): string => `${roomId} ${startsAt.getTime()} ${movieId}`;
  const byKey = new Map([...found].reverse().map((state) => [keyOf(state.roomId, state.startsAt, state.movieId), state]));
  return new Map(
    rows.flatMap((row) => {
      const state = byKey.get(keyOf(row.roomId, row.startsAt, row.placement.movie.id));
      return state === undefined ? [] : [[row, state] as const];
    }),
  );
}

function differencesOf({ row, salesOpenAt }: PlannedRow, showtime: ShowtimeState): ScheduleDifferenceView[] {
  const { standard, premium } = showtime.prices;
  const isOtherPrice = (stored: number | undefined, wanted: number | undefined) => stored !== undefined && stored !== wanted;
  const fields: ScheduleDifferenceView['fields'] = [];
  if (showtime.status === 'cancelled') fields.push('status');
  if (isOtherPrice(standard, row.prices.standard) || isOtherPrice(premium, row.prices.premium)) fields.push('prices');
  if (showtime.salesOpenAt?.getTime() !== salesOpenAt?.getTime()) fields.push('salesOpenAt');
  return fields.length === 0 ? [] : [{ ...row.place, showtimeId: showtime.id, fields }];
}

/** By the index in the pointer, or by line. Faults of one row keep their order. */
function inOrder(faults: readonly ScheduleFault[]): ScheduleFault[] {
  const positionOf = ({ line, pointer }: ScheduleFault): number => Number(/\d+/.exec(pointer ?? '')?.[0] ?? line ?? -1);
  return [...faults].sort((a, b) => positionOf(a) - positionOf(b));
}
