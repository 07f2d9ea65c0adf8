import { MovieAdded, MovieChanged, MovieRetired } from '@app/contracts/movies.js';
import { aGenre, aMovie } from '../testing/films.js';
import { MovieHasShowtimes } from './errors.js';
import { Movie } from './movie.js';

const events = (movie: Movie) => movie.takeEvents().map(({ event }) => event);
const known = (movie: Movie) => new Movie(movie.state);
const none = { showtimesAhead: 0, cancelShowtimes: false };

describe('Adding a film', () => {
  it('tells the others what they need to show it', () => {
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

describe('Changing a film', () => {
  it('tells all its facts, old and new', () => {
    const movie = known(aMovie({ title: 'Arrival' }));
    movie.change({ runtimeMinutes: 116, ageRating: null });
    expect(events(movie)).toMatchObject([{ data: { title: 'Arrival', runtimeMinutes: 116, ageRating: null } }]);
    expect(events(movie)).toEqual([]);
  });

  it('follows the title with what it is compared by', () => {
    const movie = known(aMovie());
    movie.change({ title: 'ARRIVAL' });
    expect(movie.state).toMatchObject({ title: 'ARRIVAL', titleKey: 'arrival' });
    expect(events(movie)[0]).toBeInstanceOf(MovieChanged);
  });

  it('makes nothing of what is so already', () => {
    const genres = [aGenre('Drama')];
    const movie = known(aMovie({ runtimeMinutes: 116, genres }));
    movie.change({ runtimeMinutes: 116, genres: [{ ...genres[0]! }] });
    movie.change({});
    expect(movie.hasChanged).toBe(false);
  });
});

describe('Retiring a film', () => {
  it('ends its time in the cinema', () => {
    const movie = known(aMovie());
    movie.retire(none);
    expect(events(movie)).toEqual([new MovieRetired({ movieId: movie.id, cancelShowtimes: false, reason: null })]);
    expect(movie.state.status).toBe('retired');
  });

  it('is refused while people may still come to see it', () => {
    const movie = known(aMovie());
    expect(() => movie.retire({ showtimesAhead: 3, cancelShowtimes: false })).toThrow(MovieHasShowtimes);
    expect(movie.hasChanged).toBe(false);
  });

  it('takes its showtimes along when asked to', () => {
    const movie = known(aMovie());
    movie.retire({ showtimesAhead: 3, cancelShowtimes: true });
    expect(events(movie)).toMatchObject([{ data: { cancelShowtimes: true } }]);
  });

  it('is nothing new the second time', () => {
    const movie = known(aMovie());
    movie.retire(none);
    movie.takeEvents();
    movie.retire(none);
    movie.retire({ showtimesAhead: 0, cancelShowtimes: true });
    movie.retire({ showtimesAhead: 2, cancelShowtimes: false });
    expect(movie.hasChanged).toBe(false);
  });

  it('can still take along showtimes that were scheduled in the same moment', () => {
    const movie = known(aMovie());
    movie.retire(none);
    movie.retire({ showtimesAhead: 1, cancelShowtimes: true });
    expect(events(movie)).toMatchObject([{ data: { cancelShowtimes: false } }, { data: { cancelShowtimes: true } }]);
  });
});
