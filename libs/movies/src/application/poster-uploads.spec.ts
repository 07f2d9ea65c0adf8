import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryJobs } from '@app/platform/testing/in-memory-jobs.js';
import { PosterRefused, PosterStorageUnavailable } from '../domain/errors.js';
import { type PosterImage, PosterImages } from '../domain/poster-images.js';
import { InMemoryPosterStorage } from '../testing/in-memory-poster-storage.js';
import { PosterUploads } from './poster-uploads.js';

class FakeImages extends PosterImages {
  render(upload: Buffer): Promise<PosterImage[]> {
    if (upload.length === 0) return Promise.reject(new PosterRefused('is an empty file'));
    return Promise.resolve([
      { width: 320, bytes: upload },
      { width: 960, bytes: upload },
    ]);
  }
}

describe('PosterUploads', () => {
  const movieId = '019a9d1e-7d20-7b11-8e2d-1b7e5e3b9c22';
  let storage: InMemoryPosterStorage;
  let jobs: InMemoryJobs;
  let uploads: PosterUploads;
  beforeEach(() => {
    storage = new InMemoryPosterStorage();
    jobs = new InMemoryJobs(new FixedClock());
    uploads = new PosterUploads(new FakeImages(), storage, jobs);
  });

  it('both images are stored, and their removal waits until the movie has them', async () => {
    const posterId = await uploads.store(movieId, Buffer.from('image'));
    expect([...storage.objects.keys()]).toEqual([320, 960].map((width) => `posters/${movieId}/${posterId}-${width}.webp`));
    expect(jobs.waiting).toEqual([`movies.remove-unused-poster ${movieId}/${posterId}`]);
  });

  it('the removal is due even when the storage fails halfway', async () => {
    storage.isAway = true;
    await expect(uploads.store(movieId, Buffer.from('image'))).rejects.toThrow(PosterStorageUnavailable);
    expect(jobs.waiting).toHaveLength(1);
  });

  it('a file that is refused leaves nothing behind', async () => {
    await expect(uploads.store(movieId, Buffer.alloc(0))).rejects.toThrow(PosterRefused);
    expect([storage.objects.size, jobs.waiting.length]).toEqual([0, 0]);
  });
});
