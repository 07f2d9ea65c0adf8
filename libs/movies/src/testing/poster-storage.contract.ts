/** What every implementation of `PosterStorage` does, in memory and on an S3-compatible server. */
import { randomUUID } from 'node:crypto';
import { type PosterStorage, posterKey } from '../domain/poster-storage.js';

/** `read` returns what a browser gets for a URL: null where there is nothing. */
export function posterStorageContract(given: () => { storage: PosterStorage; read: (key: string) => Promise<Buffer | null> }): void {
  const newKey = (): string => posterKey({ movieId: randomUUID(), posterId: randomUUID() }, 320);

  it('an object is read as it was stored, and a second one replaces it', async () => {
    const { storage, read } = given();
    const key = newKey();
    await storage.put(key, Buffer.from('first'));
    expect(await read(key)).toEqual(Buffer.from('first'));
    await storage.put(key, Buffer.from('second'));
    expect(await read(key)).toEqual(Buffer.from('second'));
  });

  it('an object that was stored is there until it is removed, and no other', async () => {
    const { storage } = given();
    const [one, other] = [newKey(), newKey()];
    await storage.put(one, Buffer.from('one'));
    expect([await storage.has(one), await storage.has(other)]).toEqual([true, false]);
    await storage.remove([one]);
    expect(await storage.has(one)).toBe(false);
  });

  it('removed objects are gone, and a repetition is harmless', async () => {
    const { storage, read } = given();
    const [one, other] = [newKey(), newKey()];
    await storage.put(one, Buffer.from('one'));
    await storage.put(other, Buffer.from('other'));
    await storage.remove([one]);
    await storage.remove([one, newKey()]);
    expect([await read(one), await read(other)]).toEqual([null, Buffer.from('other')]);
  });

  it('the URL of an object ends with its key', () => {
    const key = newKey();
    expect(given().storage.urlOf(key)).toMatch(new RegExp(`^https?://.*/${key}$`));
  });
}
