/** Why these seats, in sentences for people. Each is true of the whole room: customers compare it with the seat map. */
import { bestRow, type RoomAvailability, type SeatGroup, type SeatsWanted } from '../../../domain/seat-groups.js';
import type { BestSeatsReasonView } from '../best-seats.view.js';

const KEPT = 'kept for wheelchairs and companions';

/** `groups` as `bestSeats` has chosen them, one or two. */
export function reasonsOf(
  groups: readonly SeatGroup[],
  { room, wanted }: { room: RoomAvailability; wanted: SeatsWanted },
): BestSeatsReasonView[] {
  const reasons: BestSeatsReasonView[] = [];
  const isDivided = groups.length > 1;
  const first = groups[0]!;
  const keepsSeats = room.seats.some(({ accessible, companion }) => accessible || companion);

  if (isDivided)
    reasons.push({ code: 'two-groups', message: `No row has ${seatsTogether(wanted, { keepsSeats })}, so the group is divided in two.` });
  else reasons.push({ code: 'together', message: `The seats are side by side in row ${first.row}.` });

  const singles = groups.reduce((sum, { singlesLeft }) => sum + singlesLeft, 0);
  if (singles === 0) reasons.push({ code: 'no-single-seat-left', message: 'They leave no single seat beside them.' });
  else reasons.push({ code: 'single-seat-left', message: isDivided ? left(singles) : everyOther(keepsSeats) });

  const seatsAway = first.distance / 2;
  const best = `Row ${bestRow(room)} has the best view.`;
  reasons.push({ code: 'nearest-to-middle', message: `${best} ${isDivided ? ofFirst(seatsAway) : ofOnly(seatsAway)}`, seatsAway });

  if (wanted.accessible) reasons.push({ code: 'accessible', message: 'An accessible seat is among them.' });
  else if (groups.some(({ keptSeatsUsed }) => keptSeatsUsed > 0)) {
    const others = wanted.category === null ? `${wanted.count} others` : `${wanted.count} other ${wanted.category} seats`;
    reasons.push({
      code: 'kept-seats-used',
      message: `Seats that are ${KEPT} are among them, because ${others} are not free side by side, nor in two groups.`,
    });
  }
  return reasons;
}

function seatsTogether({ count, category, accessible }: SeatsWanted, { keepsSeats }: { keepsSeats: boolean }): string {
  const seats = `${count} free ${category === null ? '' : `${category} `}seats side by side`;
  if (accessible) return `${seats} with an accessible one among them`;
  return keepsSeats ? `${seats} of which none is ${KEPT}` : seats;
}

function left(singles: number): string {
  return singles === 1 ? 'A single seat is left beside them.' : `${singles} single seats are left beside them.`;
}

/** Among the groups that are as good for those who need an accessible seat: these come before single seats. */
function everyOther(keepsSeats: boolean): string {
  const which = keepsSeats ? ` that takes as few seats ${KEPT}` : '';
  return `Every group that could be chosen${which} leaves a single seat beside it.`;
}

function ofOnly(seatsAway: number): string {
  return seatsAway === 0 ? 'They are in the middle of it.' : 'Of the groups left they are nearest to its middle.';
}

function ofFirst(seatsAway: number): string {
  if (seatsAway === 0) return 'The first group is in the middle of it.';
  const seats = seatsAway === 1 ? '1 seat' : `${seatsAway} seats`;
  return `The first group is ${seats} from its middle, a row counted like two seats.`;
}
