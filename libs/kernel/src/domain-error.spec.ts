import { Conflict } from './domain-error.js';

class SeatsTaken extends Conflict {
  constructor() {
    super('test.seats-taken', 'Seat A1 is taken.', { conflictingSeats: ['A1'] });
  }
}

describe('DomainError', () => {
  it('a refusal has the name of its class, a code, a message and details', () => {
    expect(new SeatsTaken()).toMatchObject({
      name: 'SeatsTaken',
      code: 'test.seats-taken',
      message: 'Seat A1 is taken.',
      details: { conflictingSeats: ['A1'] },
    });
  });

  it('a refusal has no stack trace, an error made after it has one', () => {
    expect(new SeatsTaken().stack).not.toContain('\n');
    expect(new Error('a bug').stack).toContain('domain-error.spec');
  });
});
