import { randomUUID } from 'node:crypto';
import { GenreNotFound, MovieNotFound, TooManyGenres } from '../../domain/errors.js';
import { MOVIE_LIMITS } from '../../domain/movie-details.js';
import { aGenre, aMovie } from '../../testing/builders.js';
import { MoviesHarness } from '../../testing/movies-harness.js';
import { LinkGenre } from './link-genre.js';
import { UnlinkGenre } from './unlink-genre.js';

describe('LinkGenre and UnlinkGenre', () => {
  const setUp = async (genresOfMovie = [aGenre('War')]) => {
    const comedy = aGenre('Comedy');
    const movie = aMovie({ genres: genresOfMovie });
    const harness = await MoviesHarness.with({ genres: [comedy, ...genresOfMovie], movies: [movie] });
    const link = (genreId = comedy.id, movieId = movie.id) => harness.execute(new LinkGenre(harness.adminId, movieId, genreId));
    const unlink = (genreId: string, movieId = movie.id) => harness.execute(new UnlinkGenre(harness.adminId, movieId, genreId));
    const names = () => harness.movies.states.get(movie.id)!.genres.map(({ name }) => name);
    return { harness, comedy, link, unlink, names };
  };

  it('a linked genre is one of the movie, sorted by name, once', async () => {
    const { harness, link, names } = await setUp();
    expect([await link(), await link()]).toEqual([true, false]);
    expect(names()).toEqual(['Comedy', 'War']);
    expect(harness.movies.recorded).toEqual(['movies.movie-changed.v1']);
    expect(harness.audit.entries.map(({ action }) => action)).toEqual(['movies.link-genre']);
  });

  it('an unlinked genre is gone, and a repetition changes nothing', async () => {
    const { harness, comedy, link, unlink, names } = await setUp();
    await link();
    expect([await unlink(comedy.id), await unlink(comedy.id)]).toEqual([true, false]);
    expect(names()).toEqual(['War']);
    expect(harness.audit.entries.map(({ action }) => action)).toEqual(['movies.link-genre', 'movies.unlink-genre']);
  });

  it('a genre or a movie that does not exist is not found', async () => {
    const { link, unlink, comedy } = await setUp();
    await expect(link(randomUUID())).rejects.toThrow(GenreNotFound);
    await expect(link(comedy.id, randomUUID())).rejects.toThrow(MovieNotFound);
    await expect(unlink(comedy.id, randomUUID())).rejects.toThrow(MovieNotFound);
  });

  it('a movie with the most genres takes no other one', async () => {
    const { link } = await setUp(Array.from({ length: MOVIE_LIMITS.genres }, () => aGenre()));
    await expect(link()).rejects.toThrow(TooManyGenres);
  });
});
