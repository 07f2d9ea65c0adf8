import { newId } from '@app/kernel/id.js';
import { MovieNotFound, NoPoster } from '../../domain/errors.js';
import { aMovie } from '../../testing/builders.js';
import { MoviesHarness } from '../../testing/movies-harness.js';
import { REMOVE_UNUSED_POSTER, posterSubject } from '../jobs/remove-unused-poster.js';
import { RemovePoster } from './remove-poster.js';
import { SetPoster } from './set-poster.js';

describe('SetPoster and RemovePoster', () => {
  const setUp = async () => {
    const movie = aMovie();
    const harness = await MoviesHarness.with({ movies: [movie] });
    const nameOf = (posterId: string) => `${REMOVE_UNUSED_POSTER} ${posterSubject({ movieId: movie.id, posterId })}`;
    /** The upload enqueues the removal, in case that no movie gets the poster. */
    const upload = async () => {
      const posterId = newId();
      await harness.jobs.enqueue([{ kind: REMOVE_UNUSED_POSTER, subject: posterSubject({ movieId: movie.id, posterId }) }]);
      return posterId;
    };
    const set = (posterId: string, movieId = movie.id) => harness.execute(new SetPoster(harness.adminId, movieId, posterId));
    const remove = () => harness.execute(new RemovePoster(harness.adminId, movie.id));
    return { harness, upload, set, remove, nameOf };
  };

  it('a poster that a movie gets is not removed', async () => {
    const { harness, upload, set } = await setUp();
    const posterId = await upload();
    await set(posterId);
    expect(harness.jobs.waiting).toEqual([]);
    expect(harness.audit.entries).toMatchObject([{ action: 'movies.set-poster', details: { posterId } }]);
  });

  it('a poster that is replaced or removed goes from the storage ten minutes later', async () => {
    const { harness, upload, set, remove, nameOf } = await setUp();
    const [first, second] = [await upload(), await upload()];
    await set(first);
    await set(second);
    expect(harness.jobs.waiting).toEqual([nameOf(first)]);
    expect(await remove()).toBe(second);
    expect(harness.jobs.waiting.sort()).toEqual([nameOf(first), nameOf(second)].sort());
    const due = () => harness.jobs.claim({ kinds: [REMOVE_UNUSED_POSTER], limit: 10, leaseMs: 1_000 });
    expect(await due()).toEqual([]);
    harness.clock.advance(600_000);
    expect(await due()).toHaveLength(2);
  });

  it('a poster of a movie that does not exist is refused, as is removing none', async () => {
    const { upload, set, remove } = await setUp();
    await expect(set(await upload(), newId())).rejects.toThrow(MovieNotFound);
    await expect(remove()).rejects.toThrow(NoPoster);
  });
});
