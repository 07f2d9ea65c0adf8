import { aTheatre } from '../testing/builders.js';
import { CurrencyNotAccepted, TheatreInUse } from './errors.js';

describe('Theatre', () => {
  it('a new theatre records an event with name, time zone and currency', () => {
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

  it('a theatre needs a currency that cards can be charged in', () => {
    expect(() => aTheatre({ currency: 'XXX' })).toThrow(CurrencyNotAccepted);
  });

  it('a theatre in use can be renamed', () => {
    const theatre = aTheatre();
    theatre.takeEvents();
    theatre.change({ name: 'Metropol' }, { everScheduled: true });
    expect(theatre.takeEvents()[0]?.event).toMatchObject({ type: 'rooms.theatre-changed.v1', data: { name: 'Metropol', currency: 'EUR' } });
  });

  it('time zone and currency can change before the first showtime', () => {
    const theatre = aTheatre();
    theatre.change({ timeZone: 'Europe/London', currency: 'GBP' }, { everScheduled: false });
    expect(theatre.state).toMatchObject({ timeZone: 'Europe/London', currency: 'GBP', version: 2 });
  });

  it.each([{ timeZone: 'Europe/London' }, { currency: 'GBP' }])('a theatre in use refuses the change %j', (wanted) => {
    expect(() => aTheatre().change(wanted, { everScheduled: true })).toThrow(TheatreInUse);
  });

  it('a theatre in use accepts its own time zone and currency', () => {
    const theatre = aTheatre({ name: 'Lichtburg' });
    theatre.takeEvents();
    theatre.change({ name: 'Lichtburg', timeZone: 'Europe/Berlin', currency: 'EUR' }, { everScheduled: true });
    expect(theatre.hasChanged).toBe(false);
  });

  it('a theatre in use takes the present name of its time zone, and no other zone', () => {
    const theatre = aTheatre({ timeZone: 'Asia/Calcutta' });
    expect(() => theatre.change({ timeZone: 'Asia/Dhaka' }, { everScheduled: true })).toThrow(TheatreInUse);
    theatre.change({ timeZone: 'Asia/Kolkata' }, { everScheduled: true });
    expect(theatre.state.timeZone).toBe('Asia/Kolkata');
  });

  it('a theatre cannot change to a currency that cards cannot be charged in', () => {
    expect(() => aTheatre().change({ currency: 'BTC' }, { everScheduled: false })).toThrow(CurrencyNotAccepted);
  });
});
