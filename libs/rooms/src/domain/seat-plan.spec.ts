import fc from 'fast-check';
import { SeatPlanRefused } from './errors.js';
import { MAX_COLUMNS, MAX_ROWS, MAX_SEATS, requestedPlan, rowLetters, seatPlanOf, seatsByCategory } from './seat-plan.js';

const labels = (layout: string[]): string[] => seatPlanOf(layout).seats.map(({ label }) => label);

function faultsOf(layout: string[]): unknown {
  try {
    seatPlanOf(layout);
  } catch (error) {
    if (error instanceof SeatPlanRefused) return error.details['faults'];
    throw error;
  }
  throw new Error('The plan was accepted');
}

describe('seatPlanOf', () => {
  it('a number of rows and of seats gives a plan of standard seats', () => {
    const { layout, seats } = requestedPlan({ rows: 2, seatsPerRow: 3 });
    expect(layout).toEqual(['sss', 'sss']);
    expect(seats.map(({ label }) => label)).toEqual(['A1', 'A2', 'A3', 'B1', 'B2', 'B3']);
    expect(seats[4]).toEqual({ label: 'B2', row: 'B', number: 2, column: 2, category: 'standard', accessible: false, companion: false });
  });

  it('s, p, w and c are standard, premium, accessible and companion seats', () => {
    const { seats } = seatPlanOf(['spwc']);
    expect(seats.map(({ category, accessible, companion }) => [category, accessible, companion])).toEqual([
      ['standard', false, false],
      ['premium', false, false],
      ['standard', true, false],
      ['standard', false, true],
    ]);
    expect(seatsByCategory(seats)).toEqual({ standard: 3, premium: 1 });
  });

  it('a gap counts as a column and not as a seat', () => {
    const { seats } = seatPlanOf(['.ss.s']);
    expect(seats.map(({ label, column }) => [label, column])).toEqual([
      ['A1', 2],
      ['A2', 3],
      ['A3', 5],
    ]);
  });

  it('an empty row gets no letter', () => {
    expect(labels(['ss', '..', 'ss'])).toEqual(['A1', 'A2', 'B1', 'B2']);
    expect(seatPlanOf(['ss', '..', 'ss']).layout).toEqual(['ss', '..', 'ss']);
  });

  it('row AA follows row Z', () => {
    expect([0, 25, 26, 27, 51, 52].map(rowLetters)).toEqual(['A', 'Z', 'AA', 'AB', 'AZ', 'BA']);
  });

  it('a short row ends in gaps', () => {
    expect(seatPlanOf(['ss', '', 's..s']).layout).toEqual(['ss..', '....', 's..s']);
  });

  it('a companion seat is on either side of an accessible seat', () => {
    expect(labels(['cwc'])).toEqual(['A1', 'A2', 'A3']);
  });

  it('a companion seat without an accessible one is refused with its place', () => {
    const alone = { row: 2, column: 3, problem: 'a companion seat must be beside an accessible one' };
    expect(faultsOf(['ssw', 'w.c'])).toEqual([alone]);
  });

  it('unknown characters are refused with their places', () => {
    expect(faultsOf(['sxs', 'ssS'])).toEqual([
      { row: 1, column: 2, problem: '"x" is none of s, p, w, c and .' },
      { row: 2, column: 3, problem: '"S" is none of s, p, w, c and .' },
    ]);
  });

  it.each([[[]], [['']], [['...', '.']]])('a plan without seats is refused: %j', (layout) => {
    expect(() => seatPlanOf(layout)).toThrow('it has no seats');
  });

  it('a plan has at most 50 rows, 60 columns and 1,000 seats', () => {
    expect(seatPlanOf(Array<string>(MAX_ROWS).fill('s'.repeat(MAX_SEATS / MAX_ROWS))).seats).toHaveLength(MAX_SEATS);
    expect(() => seatPlanOf(Array<string>(MAX_ROWS).fill('s'.repeat(MAX_SEATS / MAX_ROWS + 1)))).toThrow('1050 seats');
    expect(() => seatPlanOf(Array<string>(MAX_ROWS + 1).fill('s'))).toThrow('51 rows');
    expect(() => seatPlanOf(['s'.repeat(MAX_COLUMNS + 1)])).toThrow('61 columns');
  });

  it('any layout gives unique labels and seats numbered from 1 in each row', () => {
    const row = fc.string({ unit: fc.constantFrom('s', 'p', 'w', '.'), maxLength: 19 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: MAX_ROWS }), (layout) => {
        const cells = layout.join('').replaceAll('.', '').length;
        fc.pre(cells > 0);
        const { seats } = seatPlanOf(layout);
        expect(seats).toHaveLength(cells);
        expect(new Set(seats.map(({ label }) => label)).size).toBe(cells);
        const rows = Object.values(Object.groupBy(seats, (seat) => seat.row)) as (typeof seats)[];
        expect(rows.map((row) => row.map(({ number }) => number))).toEqual(rows.map((row) => row.map((_, index) => index + 1)));
        expect(rows.flatMap((row) => row.filter(({ column }, index) => column <= (row[index - 1]?.column ?? 0)))).toEqual([]);
      }),
    );
  });
});
