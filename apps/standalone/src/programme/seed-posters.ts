/** Gives the seed movies their placeholder posters through the public API. It may take longer than the start waits, and may stop at any movie. */
import { type AdminClient, AdminApi } from './admin-api.js';
import SEED_MOVIES from './movies.json' with { type: 'json' };
import { posterImage } from './poster-image.js';

interface Movie {
  readonly id: string;
  readonly title: string;
  readonly releaseDate: string | null;
  readonly poster: object | null;
}

/**
 * Movies that have a poster keep it, so that a later call adds what is missing. One image at a time: the requests of people come first.
 * Returns how many were added. Throws an Error with the answer when the API refuses one.
 */
export async function seedPosters(client: AdminClient, { signal }: { readonly signal: AbortSignal }): Promise<number> {
  const seed = new Set(SEED_MOVIES.map(keyOf));
  const movies = await new AdminApi(client).all<Movie>('/movies?status=active');
  const missing = movies.filter((movie) => movie.poster === null && seed.has(keyOf(movie)));
  let added = 0;
  for (const { id, title, releaseDate } of missing) {
    if (signal.aborted) break;
    const image = await posterImage({ title, year: releaseDate?.slice(0, 4) ?? '' });
    const form = new FormData();
    form.append('poster', new Blob([new Uint8Array(image)], { type: 'image/png' }), 'poster.png');
    const { status, body } = await client.call('POST', `/movies/${id}/poster`, form);
    if (status !== 201 && status !== 200) throw new Error(`POST /movies/${id}/poster answered ${status}: ${JSON.stringify(body)}`);
    added++;
  }
  return added;
}

function keyOf({ title, releaseDate }: { readonly title: string; readonly releaseDate: string | null }): string {
  return `${title.toLowerCase()}\n${releaseDate?.slice(0, 4)}`;
}
