import { EverScheduledIn } from '@app/contracts/showtimes.js';
import { TheatreInUse, TheatreNotFound, UnknownTimeZone } from '../../domain/errors.js';
import { aTheatre } from '../../testing/builders.js';
import { RoomsHarness } from '../../testing/rooms-harness.js';
import { ChangeTheatre } from './change-theatre.js';

describe('ChangeTheatre', () => {
  const setUp = async ({ everScheduled = false } = {}) => {
    const theatre = aTheatre({ name: 'Lichtburg' });
    const harness = await RoomsHarness.with({ theatres: [theatre] });
    harness.theatres.roomIds.set(theatre.id, ['room-1', 'room-2']);
    harness.showtimes.everScheduled = everScheduled;
    const change = (changes: ChangeTheatre['changes'], id = theatre.id) => harness.execute(new ChangeTheatre(harness.adminId, id, changes));
    const state = () => harness.theatres.states.get(theatre.id);
    return { harness, theatre, change, state };
  };

  it('time zone and currency change while nothing was scheduled in any room', async () => {
    const { harness, theatre, change, state } = await setUp();
    await change({ timeZone: 'europe/lisbon', currency: 'GBP' });
    expect(state()).toMatchObject({ timeZone: 'Europe/Lisbon', currency: 'GBP' });
    expect(harness.asked).toEqual([new EverScheduledIn(theatre.id, ['room-1', 'room-2'])]);
  });

  it('time zone and currency do not change once something was scheduled', async () => {
    const { harness, change } = await setUp({ everScheduled: true });
    await expect(change({ timeZone: 'Europe/Lisbon' })).rejects.toThrow(TheatreInUse);
    expect(harness.theatres.recorded).toEqual([]);
  });

  it('a new name needs no answer of the showtimes', async () => {
    const { harness, change, state } = await setUp({ everScheduled: true });
    await change({ name: 'Metropol' });
    expect(state()).toMatchObject({ name: 'Metropol' });
    expect(harness.asked).toEqual([]);
  });

  it('a theatre without rooms needs no answer of the showtimes', async () => {
    const { harness, change, state } = await setUp();
    harness.theatres.roomIds.clear();
    await change({ currency: 'GBP' });
    expect(state()).toMatchObject({ currency: 'GBP' });
    expect(harness.asked).toEqual([]);
  });

  it('an unknown time zone is refused', async () => {
    const { change } = await setUp();
    await expect(change({ timeZone: 'Europe/Atlantis' })).rejects.toThrow(UnknownTimeZone);
  });

  it('an unknown theatre is not changed', async () => {
    const { change } = await setUp();
    await expect(change({ name: 'Metropol' }, 'unknown')).rejects.toThrow(TheatreNotFound);
    await expect(change({ currency: 'GBP' }, 'unknown')).rejects.toThrow(TheatreNotFound);
  });

  it('only a new value leaves an audit entry', async () => {
    const { harness, theatre, change } = await setUp();
    await change({ name: 'Metropol', currency: theatre.state.currency });
    await change({ name: 'Metropol' });
    await change({ timeZone: 'europe/lisbon' });
    expect(harness.audit.entries).toEqual([
      { actor: harness.adminId, action: 'rooms.change-theatre', subject: theatre.id, details: { name: 'Metropol' } },
      { actor: harness.adminId, action: 'rooms.change-theatre', subject: theatre.id, details: { timeZone: 'Europe/Lisbon' } },
    ]);
  });
});
