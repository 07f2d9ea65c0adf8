import { TheatreNameTaken, UnknownTimeZone } from '../../domain/errors.js';
import { RoomsHarness } from '../../testing/rooms-harness.js';
import { OpenTheatre } from './open-theatre.js';

describe('OpenTheatre', () => {
  const LICHTBURG = { name: 'Lichtburg', timeZone: 'europe/berlin', currency: 'EUR' };
  const setUp = async () => {
    const harness = await RoomsHarness.with();
    const open = (own: Partial<OpenTheatre['details']> = {}) => harness.execute(new OpenTheatre(harness.adminId, { ...LICHTBURG, ...own }));
    return { harness, open };
  };

  it('a new theatre is answered with the spelling of its time zone in the database', async () => {
    const { harness, open } = await setUp();
    const view = await open();
    expect(view).toEqual({ id: view.id, status: 'open', name: 'Lichtburg', timeZone: 'Europe/Berlin', currency: 'EUR' });
    expect(harness.theatres.states.get(view.id)).toMatchObject({ timeZone: 'Europe/Berlin', version: 1 });
  });

  it('a name that is taken is refused', async () => {
    const { open } = await setUp();
    await open();
    await expect(open({ name: 'LICHTBURG' })).rejects.toThrow(TheatreNameTaken);
  });

  it('an unknown time zone is refused', async () => {
    const { open } = await setUp();
    await expect(open({ timeZone: 'Europe/Atlantis' })).rejects.toThrow(UnknownTimeZone);
  });

  it('a new theatre leaves an audit entry', async () => {
    const { harness, open } = await setUp();
    const { id } = await open();
    const details = { name: 'Lichtburg', timeZone: 'Europe/Berlin', currency: 'EUR' };
    expect(harness.audit.entries).toEqual([{ actor: harness.adminId, action: 'rooms.open-theatre', subject: id, details }]);
  });
});
