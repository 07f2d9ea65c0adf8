/** Writes a `SeatMapView` as JSON. To make hundreds of seats and then to write them took longer than the rest of the answer. */
import type { Seat, SeatCategory, SeatGrid } from '@app/contracts/rooms.js';
import type { ShowtimeTerms } from '@app/contracts/showtimes.js';
import { MAX_SEATS } from '../../../domain/hold-limits.js';
import type { Seating } from '../../../domain/seating.js';
import type { SeatMapView } from '../seat-map.view.js';
import type { ClaimedSeat } from './claimed-seats.js';

type SeatView = SeatMapView['rows'][number]['seats'][number];

/** What is the same in each map of a seat plan. */
interface RowText {
  /** `,{"row":"B","line":2,"seats":[` */
  readonly opening: string;
  /** `text` is a seat up to its price: `,{"label":"B2", … ,"companion":false` */
  readonly seats: readonly { readonly label: string; readonly category: SeatCategory; readonly text: string }[];
}

/** A plan's seats are the same list for all who ask. */
const rowsOfPlans = new WeakMap<readonly Seat[], readonly RowText[]>();

export function seatMapJson({ showtime, seats, grid }: Seating, claimed: ReadonlyMap<string, ClaimedSeat>): string {
  const head: Omit<SeatMapView, 'rows'> = {
    showtimeId: showtime.id,
    status: showtime.status,
    salesOpenAt: showtime.salesOpenAt,
    grid: { rows: grid.rows, columns: grid.columns, screen: 'top' },
    limits: { seatsPerReservation: MAX_SEATS },
  };
  const endings = endingsOf(showtime);
  let rows = '';
  for (const row of rowsOfPlan(seats, grid)) {
    rows += row.opening;
    for (const { label, category, text } of row.seats) {
      const claim = claimed.get(label);
      const { available, held, sold } = endings[category];
      rows += text;
      if (claim === undefined) rows += available;
      else {
        rows += claim.held ? held : sold;
        if (claim.mine) rows += ',"mine":true';
      }
      rows += '}';
    }
    rows += ']}';
  }
  return `${JSON.stringify(head).slice(0, -1)},"rows":[${rows}]}`;
}

/** How a seat ends, by its category and state: `,"price":{"amount":1250,"currency":"EUR"},"status":"available"` */
function endingsOf({ prices, currency }: ShowtimeTerms): Record<SeatCategory, Record<SeatView['status'], string>> {
  const endings = (category: SeatCategory): Record<SeatView['status'], string> => {
    const amount = prices[category];
    const price: SeatView['price'] = amount === undefined ? null : { amount, currency };
    const ending = (status: SeatView['status']): string => `,${JSON.stringify({ price, status } satisfies Partial<SeatView>).slice(1, -1)}`;
    return { available: ending('available'), held: ending('held'), sold: ending('sold') };
  };
  return { standard: endings('standard'), premium: endings('premium') };
}

function rowsOfPlan(seats: readonly Seat[], grid: SeatGrid): readonly RowText[] {
  const known = rowsOfPlans.get(seats);
  if (known !== undefined) return known;
  const rows = [...Map.groupBy(seats, ({ row }) => row)].map(([row, inRow], r) => ({
    opening: `${r === 0 ? '' : ','}{"row":${JSON.stringify(row)},"line":${grid.lines[row]!},"seats":[`,
    seats: inRow.map(({ label, number, column, category, accessible, companion }, s) => {
      const fixed: Omit<SeatView, 'price' | 'status'> = { label, number, column, category, accessible, companion };
      return { label, category, text: `${s === 0 ? '' : ','}${JSON.stringify(fixed).slice(0, -1)}` };
    }),
  }));
  rowsOfPlans.set(seats, rows);
  return rows;
}
