import type { Seat } from '@app/contracts/rooms.js';
import type { ShowtimeTerms } from '@app/contracts/showtimes.js';
import { Seating } from '../../../domain/seating.js';
import { seatMapJson } from './seat-map-json.js';

describe('The JSON of a seat map', () => {
  const seat = (label: string, more: Partial<Seat> = {}): Seat => ({
    label,
    row: label.slice(0, -1),
    number: Number(label.at(-1)),
    column: Number(label.at(-1)) + 1,
    category: 'standard',
    accessible: false,
    companion: false,
    ...more,
  });
  const SEATS = [seat('A1'), seat('A2', { category: 'premium' }), seat('B1', { accessible: true }), seat('B2', { companion: true })];
  const GRID = { rows: 3, columns: 4, lines: { A: 1, B: 3 } };
  const seating = (terms: Partial<ShowtimeTerms>) =>
    new Seating(
      {
        id: 'a-showtime',
        status: 'scheduled',
        prices: { standard: 1_000, premium: 1_500 },
        currency: 'EUR',
        salesOpenAt: null,
        ...terms,
      } as ShowtimeTerms,
      SEATS,
      GRID,
    );
  const HELD = { held: true, mine: false };
  const SOLD = { held: false, mine: false };
  const claims = (states: Record<string, typeof HELD>) =>
    new Map(Object.entries(states).map(([label, state]) => [label, { seat: label, ...state }]));

  it('each seat has its place, its price and its state', () => {
    const map: unknown = JSON.parse(seatMapJson(seating({}), claims({ A1: { ...HELD, mine: true }, A2: SOLD, B1: HELD })));
    const money = (amount: number) => ({ amount, currency: 'EUR' });
    expect(map).toEqual({
      showtimeId: 'a-showtime',
      status: 'scheduled',
      salesOpenAt: null,
      grid: { rows: 3, columns: 4, screen: 'top' },
      limits: { seatsPerReservation: 10 },
      rows: [
        {
          row: 'A',
          line: 1,
          seats: [
            {
              label: 'A1',
              number: 1,
              column: 2,
              category: 'standard',
              accessible: false,
              companion: false,
              price: money(1_000),
              status: 'held',
              mine: true,
            },
            {
              label: 'A2',
              number: 2,
              column: 3,
              category: 'premium',
              accessible: false,
              companion: false,
              price: money(1_500),
              status: 'sold',
            },
          ],
        },
        {
          row: 'B',
          line: 3,
          seats: [
            {
              label: 'B1',
              number: 1,
              column: 2,
              category: 'standard',
              accessible: true,
              companion: false,
              price: money(1_000),
              status: 'held',
            },
            {
              label: 'B2',
              number: 2,
              column: 3,
              category: 'standard',
              accessible: false,
              companion: true,
              price: money(1_000),
              status: 'available',
            },
          ],
        },
      ],
    });
  });

  it('showtimes of one seat plan have their own prices and states', () => {
    const of = (terms: Partial<ShowtimeTerms>) =>
      JSON.parse(seatMapJson(seating(terms), new Map())) as { rows: { seats: { price: unknown; status: string }[] }[] };
    expect(of({ prices: { standard: 900 }, currency: 'USD' }).rows[0]!.seats.map(({ price }) => price)).toEqual([
      { amount: 900, currency: 'USD' },
      null,
    ]);
    expect(of({}).rows[0]!.seats.map(({ price }) => price)).toEqual([
      { amount: 1_000, currency: 'EUR' },
      { amount: 1_500, currency: 'EUR' },
    ]);
  });
});
