import { MovieAdded, MovieChanged, MovieRetired } from '@app/contracts/movies.js';
import { aGenre, aMovie } from '../testing/builders.js';
import { MovieHasShowtimes, RuntimeOverlapsShowtimes } from './errors.js';
import { Movie } from './movie.js';

const events = (movie: Movie) => movie.takeEvents().map(({ event }) => event);
const stored = (movie: Movie) => new Movie(movie.state);
const NO_SHOWTIMES = { showtimesAhead: 0, cancelShowtimes: false };

describe('Movie.add', () => {
  it('a new movie records an event with its details', () => {
    const movie = aMovie({ title: '  The   Arrival ', genres: [aGenre('Science fiction')] });
    expect(events(movie)).toEqual([
      new MovieAdded({
        movieId: movie.id,
        title: 'The Arrival',
        runtimeMinutes: 100,
        releaseDate: '2016-11-11',
        ageRating: 'PG-13',
        genres: ['Science fiction'],
      }),
    ]);
  });
});

describe('Movie.change', () => {
  it('a change records an event with all details, changed or not', () => {
    const movie = stored(aMovie({ title: 'Arrival' }));
    movie.change({ runtimeMinutes: 116, ageRating: null }, { overlappingShowtimes: [] });
    expect(events(movie)).toMatchObject([{ data: { title: 'Arrival', runtimeMinutes: 116, ageRating: null } }]);
    expect(events(movie)).toEqual([]);
  });

  it('a new title changes the sort key with it', () => {
    const movie = stored(aMovie());
    movie.change({ title: 'ARRIVAL' }, { overlappingShowtimes: [] });
    expect(movie.state).toMatchObject({ title: 'ARRIVAL', titleKey: 'arrival' });
    expect(events(movie)[0]).toBeInstanceOf(MovieChanged);
  });

  it('a change to the same values records nothing', () => {
    const genres = [aGenre('Drama')];
    const movie = stored(aMovie({ runtimeMinutes: 116, genres }));
    movie.change({ runtimeMinutes: 116, genres: [{ ...genres[0]! }] }, { overlappingShowtimes: [] });
    movie.change({}, { overlappingShowtimes: [] });
    expect(movie.hasChanged).toBe(false);
  });
});

describe('Movie.change of a runtime with showtimes ahead', () => {
  const overlap = {
    id: '1',
    startsAt: '2026-03-01T18:00:00.000Z',
    endsAt: '2026-03-01T21:00:00.000Z',
    roomFreeAt: '2026-03-01T21:15:00.000Z',
    room: { id: '2', name: 'Room 1' },
    next: { id: '3', startsAt: '2026-03-01T20:00:00.000Z' },
  };

  it('a runtime with which showtimes would overlap is refused with them', () => {
    const movie = stored(aMovie({ runtimeMinutes: 90 }));
    const change = () => movie.change({ runtimeMinutes: 180 }, { overlappingShowtimes: [overlap] });
    expect(change).toThrow(RuntimeOverlapsShowtimes);
    expect(change).toThrow(expect.objectContaining({ details: { overlappingShowtimes: [overlap] } }) as Error);
    expect(movie.hasChanged).toBe(false);
  });

  it('other details change although showtimes overlap', () => {
    const movie = stored(aMovie({ runtimeMinutes: 90 }));
    movie.change({ runtimeMinutes: 90, title: 'Arrival' }, { overlappingShowtimes: [overlap] });
    expect(movie.state.title).toBe('Arrival');
  });
});

describe('Movie.retire', () => {
  it('a movie without showtimes is retired', () => {
    const movie = stored(aMovie());
    movie.retire(NO_SHOWTIMES);
    expect(events(movie)).toEqual([new MovieRetired({ movieId: movie.id, cancelShowtimes: false, reason: null })]);
    expect(movie.state.status).toBe('retired');
  });

  it('a movie with showtimes ahead cannot be retired', () => {
    const movie = stored(aMovie());
    expect(() => movie.retire({ showtimesAhead: 3, cancelShowtimes: false })).toThrow(MovieHasShowtimes);
    expect(movie.hasChanged).toBe(false);
  });

  it('a movie is retired together with its showtimes on request', () => {
    const movie = stored(aMovie());
    movie.retire({ showtimesAhead: 3, cancelShowtimes: true });
    expect(events(movie)).toMatchObject([{ data: { cancelShowtimes: true } }]);
  });

  it('a second retirement records nothing', () => {
    const movie = stored(aMovie());
    movie.retire(NO_SHOWTIMES);
    movie.takeEvents();
    movie.retire(NO_SHOWTIMES);
    movie.retire({ showtimesAhead: 0, cancelShowtimes: true });
    movie.retire({ showtimesAhead: 2, cancelShowtimes: false });
    expect(movie.hasChanged).toBe(false);
  });

  it('a second retirement still cancels showtimes scheduled meanwhile', () => {
    const movie = stored(aMovie());
    movie.retire(NO_SHOWTIMES);
    movie.retire({ showtimesAhead: 1, cancelShowtimes: true });
    expect(events(movie)).toMatchObject([{ data: { cancelShowtimes: false } }, { data: { cancelShowtimes: true } }]);
  });
});
