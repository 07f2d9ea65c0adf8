import { MovieAdded, MovieChanged, MovieRetired } from '@app/contracts/movies.js';
import { aGenre, aMovie } from '../testing/builders.js';
import { MovieHasShowtimes } from './errors.js';
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
    movie.change({ runtimeMinutes: 116, ageRating: null });
    expect(events(movie)).toMatchObject([{ data: { title: 'Arrival', runtimeMinutes: 116, ageRating: null } }]);
    expect(events(movie)).toEqual([]);
  });

  it('a new title changes the sort key with it', () => {
    const movie = stored(aMovie());
    movie.change({ title: 'ARRIVAL' });
    expect(movie.state).toMatchObject({ title: 'ARRIVAL', titleKey: 'arrival' });
    expect(events(movie)[0]).toBeInstanceOf(MovieChanged);
  });

  it('a change to the same values records nothing', () => {
    const genres = [aGenre('Drama')];
    const movie = stored(aMovie({ runtimeMinutes: 116, genres }));
    movie.change({ runtimeMinutes: 116, genres: [{ ...genres[0]! }] });
    movie.change({});
    expect(movie.hasChanged).toBe(false);
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
