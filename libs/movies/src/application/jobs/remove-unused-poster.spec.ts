import { newId } from '@app/kernel/id.js';
import { PosterStorageUnavailable } from '../../domain/errors.js';
import { POSTER_WIDTHS, posterKey } from '../../domain/poster-storage.js';
import { aMovie } from '../../testing/builders.js';
import { InMemoryMovies } from '../../testing/in-memory-movies.js';
import { InMemoryPosterStorage } from '../../testing/in-memory-poster-storage.js';
import { RemoveUnusedPoster, posterSubject } from './remove-unused-poster.js';

describe('RemoveUnusedPoster', () => {
  const movie = aMovie();
  const [used, replaced] = [newId(), newId()];
  const keysOf = (posterId: string) => POSTER_WIDTHS.map((width) => posterKey({ movieId: movie.id, posterId }, width));
  let storage: InMemoryPosterStorage;
  let remove: (posterId: string) => Promise<void>;
  beforeEach(async () => {
    const movies = new InMemoryMovies();
    storage = new InMemoryPosterStorage();
    movie.setPoster(used);
    await movies.add(movie);
    for (const key of [used, replaced].flatMap(keysOf)) await storage.put(key, Buffer.from('image'));
    const job = new RemoveUnusedPoster(movies, storage);
    remove = (posterId) => job.run(posterSubject({ movieId: movie.id, posterId }));
  });

  it('the images of a poster that its movie does not have are removed, once', async () => {
    await remove(replaced);
    await remove(replaced);
    expect([...storage.objects.keys()]).toEqual(keysOf(used));
  });

  it('the images of the poster that its movie has are kept', async () => {
    await remove(used);
    expect([...storage.objects.keys()]).toEqual([used, replaced].flatMap(keysOf));
  });

  it('a removal is tried again while the storage is away', async () => {
    storage.isAway = true;
    await expect(remove(replaced)).rejects.toThrow(PosterStorageUnavailable);
  });
});
