import { EverScheduledIn } from '@app/contracts/showtimes.js';
import { TheatreIsInUse, TheatreNotFound, UnknownTimeZone } from '../../domain/errors.js';
import { aTheatre } from '../../testing/builders.js';
import { InMemoryTheatres } from '../../testing/in-memory-theatres.js';
import { Answers, noDatabase, TwoTimeZones } from '../../testing/surroundings.js';
import { ChangeTheatre, ChangeTheatreHandler } from './change-theatre.js';

describe('Changing a theatre', () => {
  const theatre = aTheatre({ name: 'Lichtburg' });
  let theatres: InMemoryTheatres;
  let answers: Answers;
  let everScheduled: boolean;
  const change = (wanted: ChangeTheatre['wanted'], id = theatre.id) =>
    new ChangeTheatreHandler(theatres, new TwoTimeZones(), answers.bus, noDatabase).execute(new ChangeTheatre(id, wanted));

  beforeEach(() => {
    theatres = new InMemoryTheatres();
    theatres.states.set(theatre.id, theatre.state);
    theatres.rooms.set(theatre.id, ['room-1', 'room-2']);
    everScheduled = false;
    answers = new Answers().to(EverScheduledIn, () => everScheduled);
  });

  it('moves it while nothing was ever scheduled in any of its rooms', async () => {
    expect(await change({ timeZone: 'europe/lisbon', currency: 'GBP' })).toMatchObject({ timeZone: 'Europe/Lisbon', currency: 'GBP' });
    expect(answers.asked).toEqual([new EverScheduledIn(['room-1', 'room-2'])]);
  });

  it('refuses to once something was', async () => {
    everScheduled = true;
    await expect(change({ timeZone: 'Europe/Lisbon' })).rejects.toThrow(TheatreIsInUse);
    expect(theatres.recorded).toEqual([]);
  });

  it('renames it without asking anybody', async () => {
    everScheduled = true;
    expect(await change({ name: 'Metropol' })).toMatchObject({ name: 'Metropol' });
    expect(answers.asked).toEqual([]);
  });

  it('need not ask about a theatre without rooms', async () => {
    theatres.rooms.clear();
    expect(await change({ currency: 'GBP' })).toMatchObject({ currency: 'GBP' });
    expect(answers.asked).toEqual([]);
  });

  it('refuses a time zone that does not exist', async () => {
    await expect(change({ timeZone: 'Europe/Atlantis' })).rejects.toThrow(UnknownTimeZone);
  });

  it('does not find a theatre that is not there', async () => {
    await expect(change({ name: 'Metropol' }, 'nowhere')).rejects.toThrow(TheatreNotFound);
    await expect(change({ currency: 'GBP' }, 'nowhere')).rejects.toThrow(TheatreNotFound);
  });
});
