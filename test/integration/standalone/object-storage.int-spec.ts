import { type ObjectStorage, startObjectStorage } from '../../../apps/standalone/src/object-storage.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('The object storage of make start', () => {
  const folder = temporaryFolder();
  let storage: ObjectStorage;

  beforeAll(async () => {
    storage = await startObjectStorage({ dataDir: folder.path, port: 0 });
  });
  afterAll(async () => {
    await storage.stop();
    await folder.remove();
  });

  it('the object storage answers at its address', async () => {
    expect((await fetch(storage.env.S3_ENDPOINT)).status).toBe(200);
  });

  it('no other address of this machine leads to the object storage', async () => {
    const { port } = new URL(storage.env.S3_ENDPOINT);
    await expect(fetch(`http://127.0.0.2:${port}`)).rejects.toThrow('fetch failed');
  });
});
