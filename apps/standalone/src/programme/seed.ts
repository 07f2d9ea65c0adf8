/** Fills a cinema through its own front door: films, two houses, and showings for the fortnight ahead; what is there already stays as it is. */
import { Temporal } from 'temporal-polyfill';
import films from './films.json' with { type: 'json' };
import { type House, houses } from './houses.js';
import { type Film, programmeOf, type Showing } from './programme.js';

/** Speaks to the API as an admin; `path` is below `/api/v1`. */
export interface AdminClient {
  call(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
}

export interface Seeded {
  /** Added by this call. */
  readonly films: number;
  readonly showtimes: number;
}

const DAYS_AHEAD = 14;
/** Nobody books a show that begins before they have found their wallet. */
const SOONEST = 10 * 60_000;
const AT_ONCE = 8;
const PAGE = 100;

interface Listed {
  readonly id: string;
}
type Genre = Listed & { readonly name: string };
type Movie = Listed & Film & { readonly releaseDate: string | null };
type Theatre = Listed & { readonly name: string; readonly timeZone: string };
type Room = Listed & { readonly name: string; readonly cleaningMinutes: number; readonly theatre: Listed };
interface Scheduled {
  readonly startsAtLocal: string;
}

/**
 * Adds what is missing. A room's day that has showings, cancelled ones included, is left alone, and so is what an admin retired or closed.
 * `now` is the system's time. Throws an Error with the answer when the API refuses anything but a conflict.
 */
export async function seedProgramme(client: AdminClient, now: Date): Promise<Seeded> {
  const api = new Api(client);
  const [catalogue, open] = await Promise.all([seedFilms(api), seedRooms(api)]);
  const scheduled = await each(open, (place) => seedShowings(api, place, catalogue.showable, now));
  return { films: catalogue.added, showtimes: scheduled.reduce((sum, count) => sum + count, 0) };
}

async function seedFilms(api: Api): Promise<{ added: number; showable: Movie[] }> {
  const [genres, active, retired] = await Promise.all([
    api.all<Genre>('/genres'),
    api.all<Movie>('/movies?status=active'),
    api.all<Movie>('/movies?status=retired'),
  ]);
  const known = new Map([...active, ...retired].map((movie) => [filmKey(movie), movie]));
  const missing = films.filter((film) => !known.has(filmKey(film)));
  const genreIds = await seedGenres(api, genres, new Set(missing.flatMap((film) => film.genres)));
  const added = await each(missing, async ({ genres: names, ...film }) =>
    api.create<Movie>('/movies', { ...film, genreIds: names.map((name) => genreIds.get(name.toLowerCase())) }),
  );
  const ours = new Set(films.map(filmKey));
  const showable = [...active, ...added.filter((movie) => movie !== null)].filter((movie) => ours.has(filmKey(movie)));
  return { added: added.filter((movie) => movie !== null).length, showable };
}

async function seedGenres(api: Api, known: readonly Genre[], names: ReadonlySet<string>): Promise<Map<string, string>> {
  const ids = idsByName(known);
  const missing = [...names].filter((name) => !ids.has(name.toLowerCase()));
  const added = await each(missing, (name) => api.create<Genre>('/genres', { name }));
  return added.includes(null) ? idsByName(await api.all<Genre>('/genres')) : new Map([...ids, ...idsByName(added)]);
}

function idsByName(genres: readonly (Genre | null)[]): Map<string, string> {
  return new Map(genres.filter((genre) => genre !== null).map(({ id, name }) => [name.toLowerCase(), id]));
}

interface Place {
  readonly house: House;
  readonly room: Room;
}

async function seedRooms(api: Api): Promise<Place[]> {
  const [theatres, open, closed] = await Promise.all([
    api.all<Theatre>('/theatres'),
    api.all<Room>('/rooms?status=open'),
    api.all<Room>('/rooms?status=closed'),
  ]);
  const places = await each(houses, async (house) => {
    const { name, timeZone, currency } = house;
    const theatre =
      theatres.find((candidate) => candidate.name === name) ?? (await api.create<Theatre>('/theatres', { name, timeZone, currency }));
    if (theatre === null) return [];
    const isHere = (room: Room) => room.theatre.id === theatre.id;
    const names = new Set([...open, ...closed].filter(isHere).map((room) => room.name));
    const missing = house.rooms.filter((room) => !names.has(room.name));
    const added = await each(missing, (room) => api.create<Room>(`/theatres/${theatre.id}/rooms`, room));
    const rooms = [...open.filter(isHere), ...added.filter((room) => room !== null)];
    return rooms.filter((room) => house.rooms.some(({ name }) => name === room.name)).map((room) => ({ house, room }));
  });
  return places.flat();
}

async function seedShowings(api: Api, { house, room }: Place, movies: readonly Movie[], now: Date): Promise<number> {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(house.timeZone).toPlainDate();
  const from = today.toZonedDateTime(house.timeZone).toInstant().toString();
  const query = `/showtimes?roomId=${room.id}&from=${encodeURIComponent(from)}`;
  const there = await Promise.all([api.all<Scheduled>(`${query}&status=scheduled`), api.all<Scheduled>(`${query}&status=cancelled`)]);
  const laidOut = new Set(there.flat().map(({ startsAtLocal }) => startsAtLocal.slice(0, 10)));
  const days = Array.from({ length: DAYS_AHEAD }, (_, ahead) => today.add({ days: ahead }).toString()).filter((day) => !laidOut.has(day));

  const screen = { ...house, theatre: house.name, room: room.name, cleaningMinutes: room.cleaningMinutes };
  const earliest = now.getTime() + SOONEST;
  const showings = programmeOf(screen, movies, days).filter((showing) => startOf(showing, house.timeZone) >= earliest);
  let added = 0;
  // One after the other: the room is locked for each, so a second one would only wait.
  for (const { film, startsAt, prices } of showings) {
    const created = await api.create('/showtimes', { movieId: film.id, roomId: room.id, startsAt: `${startsAt}:00`, prices });
    if (created !== null) added++;
  }
  return added;
}

function startOf({ startsAt }: Showing<Film>, timeZone: string): number {
  return Temporal.PlainDateTime.from(startsAt).toZonedDateTime(timeZone).epochMilliseconds;
}

/** A remake is another film. */
function filmKey({ title, releaseDate }: { title: string; releaseDate: string | null }): string {
  return `${title.toLowerCase()}\n${releaseDate?.slice(0, 4)}`;
}

class Api {
  constructor(private readonly client: AdminClient) {}

  /** Every item of a list, page after page. */
  async all<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    do {
      const rest: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await this.client.call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}${rest}`);
      if (answer.status !== 200) throw refusal('GET', path, answer);
      const { data, page } = answer.body as { data: Item[]; page: { nextCursor: string | null } };
      items.push(...data);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return items;
  }

  /** The new resource, or null where something else has its place already. */
  async create<Resource>(path: string, body: unknown): Promise<Resource | null> {
    const answer = await this.client.call('POST', path, body);
    if (answer.status === 409) return null;
    if (answer.status !== 201) throw refusal('POST', path, answer);
    return answer.body as Resource;
  }
}

function refusal(method: string, path: string, { status, body }: { readonly status: number; readonly body: unknown }): Error {
  return new Error(`The programme could not be laid out: ${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
}

/** Works on so many items at once and answers in their order; after a failure no other item is begun. */
async function each<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next;
      try {
        results[index] = await work(item);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
