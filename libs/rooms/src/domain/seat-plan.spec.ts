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

describe('A seat plan', () => {
  it('may be so many rows of so many standard seats', () => {
    const { layout, seats } = requestedPlan({ rows: 2, seatsPerRow: 3 });
    expect(layout).toEqual(['sss', 'sss']);
    expect(seats.map(({ label }) => label)).toEqual(['A1', 'A2', 'A3', 'B1', 'B2', 'B3']);
    expect(seats[4]).toEqual({ label: 'B2', row: 'B', number: 2, column: 2, category: 'standard', accessible: false, companion: false });
  });

  it('tells standard, premium, accessible and companion seats apart', () => {
    const { seats } = seatPlanOf(['spwc']);
    expect(seats.map(({ category, accessible, companion }) => [category, accessible, companion])).toEqual([
      ['standard', false, false],
      ['premium', false, false],
      ['standard', true, false],
      ['standard', false, true],
    ]);
    expect(seatsByCategory(seats)).toEqual({ standard: 3, premium: 1 });
  });

  it('counts the seats of a row without its gaps, and the columns with them', () => {
    const { seats } = seatPlanOf(['.ss.s']);
    expect(seats.map(({ label, column }) => [label, column])).toEqual([
      ['A1', 2],
      ['A2', 3],
      ['A3', 5],
    ]);
  });

  it('gives no letter to an aisle', () => {
    expect(labels(['ss', '..', 'ss'])).toEqual(['A1', 'A2', 'B1', 'B2']);
    expect(seatPlanOf(['ss', '..', 'ss']).layout).toEqual(['ss', '..', 'ss']);
  });

  it('goes on with AA after Z', () => {
    expect([0, 25, 26, 27, 51, 52].map(rowLetters)).toEqual(['A', 'Z', 'AA', 'AB', 'AZ', 'BA']);
  });

  it('fills short rows up with gaps', () => {
    expect(seatPlanOf(['ss', '', 's..s']).layout).toEqual(['ss..', '....', 's..s']);
  });

  it('seats a companion on either side of an accessible seat', () => {
    expect(labels(['cwc'])).toEqual(['A1', 'A2', 'A3']);
  });

  it('names the place of a companion with no accessible seat beside it', () => {
    const alone = { row: 2, column: 3, problem: 'a companion seat must be beside an accessible one' };
    expect(faultsOf(['ssw', 'w.c'])).toEqual([alone]);
  });

  it('names the places of characters it does not know', () => {
    expect(faultsOf(['sxs', 'ssS'])).toEqual([
      { row: 1, column: 2, problem: '"x" is none of s, p, w, c and .' },
      { row: 2, column: 3, problem: '"S" is none of s, p, w, c and .' },
    ]);
  });

  it.each([[[]], [['']], [['...', '.']]])('refuses a plan without seats: %j', (layout) => {
    expect(() => seatPlanOf(layout)).toThrow('it has no seats');
  });

  it('takes the largest room there may be, and no larger one', () => {
    expect(seatPlanOf(Array<string>(MAX_ROWS).fill('s'.repeat(MAX_SEATS / MAX_ROWS))).seats).toHaveLength(MAX_SEATS);
    expect(() => seatPlanOf(Array<string>(MAX_ROWS).fill('s'.repeat(MAX_SEATS / MAX_ROWS + 1)))).toThrow('1050 seats');
    expect(() => seatPlanOf(Array<string>(MAX_ROWS + 1).fill('s'))).toThrow('51 rows');
    expect(() => seatPlanOf(['s'.repeat(MAX_COLUMNS + 1)])).toThrow('61 columns');
  });

  it('labels every seat once, in rows numbered from 1 without a hole, whatever the layout', () => {
    const row = fc.string({ unit: fc.constantFrom('s', 'p', 'w', '.'), maxLength: 19 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: MAX_ROWS }), (layout) => {
        const cells = layout.join('').replaceAll('.', '').length;
        fc.pre(cells > 0);
        const { seats } = seatPlanOf(layout);
        expect(seats).toHaveLength(cells);
        expect(new Set(seats.map(({ label }) => label)).size).toBe(cells);
        for (const [i, seat] of seats.entries()) {
          const before = seats[i - 1];
          const continues = before?.row === seat.row;
          expect(seat.number).toBe(continues ? before.number + 1 : 1);
          if (continues) expect(seat.column).toBeGreaterThan(before.column);
        }
      }),
    );
  });
});
