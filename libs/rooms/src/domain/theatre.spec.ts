import { aTheatre } from '../testing/builders.js';
import { CurrencyNotAccepted, TheatreIsInUse } from './errors.js';

describe('A theatre', () => {
  it('opens with its name, time zone and currency', () => {
    const theatre = aTheatre({ name: 'Lichtburg' });
    const [opened] = theatre.takeEvents();
    expect(opened).toMatchObject({
      sequence: 1,
      event: {
        type: 'rooms.theatre-opened.v1',
        data: { theatreId: theatre.id, name: 'Lichtburg', timeZone: 'Europe/Berlin', currency: 'EUR' },
      },
    });
  });

  it('does not open in a currency cards cannot be charged in', () => {
    expect(() => aTheatre({ currency: 'XXX' })).toThrow(CurrencyNotAccepted);
  });

  it('can be renamed at any time', () => {
    const theatre = aTheatre();
    theatre.takeEvents();
    theatre.change({ name: 'Metropol' }, true);
    expect(theatre.takeEvents()[0]?.event).toMatchObject({ type: 'rooms.theatre-changed.v1', data: { name: 'Metropol', currency: 'EUR' } });
  });

  it('may still move and take another currency before its first showtime', () => {
    const theatre = aTheatre();
    theatre.change({ timeZone: 'Europe/London', currency: 'GBP' }, false);
    expect(theatre.state).toMatchObject({ timeZone: 'Europe/London', currency: 'GBP', version: 2 });
  });

  it.each([{ timeZone: 'Europe/London' }, { currency: 'GBP' }])(
    'keeps its zone and currency once a showtime was scheduled: %j',
    (wanted) => {
      expect(() => aTheatre().change(wanted, true)).toThrow(TheatreIsInUse);
    },
  );

  it('takes no offence at its own zone and currency', () => {
    const theatre = aTheatre({ name: 'Lichtburg' });
    theatre.takeEvents();
    theatre.change({ name: 'Lichtburg', timeZone: 'Europe/Berlin', currency: 'EUR' }, true);
    expect(theatre.hasChanged).toBe(false);
  });

  it('does not change to a currency cards cannot be charged in', () => {
    expect(() => aTheatre().change({ currency: 'BTC' }, false)).toThrow(CurrencyNotAccepted);
  });
});
