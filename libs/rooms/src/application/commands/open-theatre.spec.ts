import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { TheatreNameTaken, UnknownTimeZone } from '../../domain/errors.js';
import { InMemoryTheatres } from '../../testing/in-memory-theatres.js';
import { noDatabase, TwoTimeZones } from '../../testing/surroundings.js';
import { OpenTheatre, OpenTheatreHandler } from './open-theatre.js';

describe('Opening a theatre', () => {
  const theatres = new InMemoryTheatres();
  const open = new OpenTheatreHandler(theatres, new TwoTimeZones(), new FixedClock(), noDatabase);
  const lichtburg = { name: 'Lichtburg', timeZone: 'europe/berlin', currency: 'EUR' };

  it('answers the theatre with its time zone as the database spells it', async () => {
    const view = await open.execute(new OpenTheatre(lichtburg));
    expect(view).toEqual({ id: view.id, status: 'open', name: 'Lichtburg', timeZone: 'Europe/Berlin', currency: 'EUR' });
    expect(theatres.states.get(view.id)).toMatchObject({ timeZone: 'Europe/Berlin', version: 1 });
  });

  it('refuses a name that is taken', async () => {
    await expect(open.execute(new OpenTheatre({ ...lichtburg, name: 'LICHTBURG' }))).rejects.toThrow(TheatreNameTaken);
  });

  it('refuses a time zone that does not exist', async () => {
    await expect(open.execute(new OpenTheatre({ ...lichtburg, name: 'Metropol', timeZone: 'Europe/Atlantis' }))).rejects.toThrow(
      UnknownTimeZone,
    );
  });
});
