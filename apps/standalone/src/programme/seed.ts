/** Adds the seed data through the public API: movies, two theatres, and the showtimes of the next two weeks. */
import { Temporal } from 'temporal-polyfill';
import { type AdminClient, AdminApi } from './admin-api.js';
import { allEnded, mapConcurrently } from './map-concurrently.js';
import SEED_MOVIES from './movies.json' with { type: 'json' };
import { planProgramme, type PlannedShowtime, type SeedMovie } from './programme.js';
import { SEED_THEATRES, type SeedTheatre } from './theatres.js';

/** How many movies and showtimes a call added. */
export interface SeedResult {
  readonly movies: number;
  readonly showtimes: number;
}

const DAYS_AHEAD = 14;
/** A showtime that starts earlier than this could hardly be booked. */
const MIN_LEAD_MS = 10 * 60_000;
const DAY_LENGTH = 'YYYY-MM-DD'.length;
const MINUTE_LENGTH = 'YYYY-MM-DDTHH:MM'.length;

interface SeedResource {
  readonly id: string;
}
type Genre = SeedResource & { readonly name: string };
type Movie = SeedResource & SeedMovie & { readonly releaseDate: string | null };
type Theatre = SeedResource & { readonly name: string; readonly timeZone: string };
type Room = SeedResource & { readonly name: string; readonly cleaningMinutes: number; readonly theatre: SeedResource };
interface ScheduledShowtime {
  readonly startsAtLocal: string;
  readonly movie: SeedResource;
}

/**
 * Adds what is missing. It leaves alone a room's day that has other showtimes than planned, and what an admin cancelled, retired or closed.
 * `now` is the time that the system uses. Throws an Error with the answer when the API refuses a request with anything but 409.
 */
export async function seedProgramme(client: AdminClient, now: Date): Promise<SeedResult> {
  const api = new AdminApi(client);
  const [movies, rooms] = await allEnded([seedMovies(api), seedRooms(api)]);
  const added = await mapConcurrently(rooms, (room) => seedShowtimes(api, room, movies.active, now));
  return { movies: movies.added, showtimes: added.reduce((sum, count) => sum + count, 0) };
}

async function seedMovies(api: AdminApi): Promise<{ added: number; active: Movie[] }> {
  const [genres, active, retired] = await Promise.all([
    api.all<Genre>('/genres'),
    api.all<Movie>('/movies?status=active'),
    api.all<Movie>('/movies?status=retired'),
  ]);
  const existing = new Set([...active, ...retired].map(movieKey));
  const missing = SEED_MOVIES.filter((movie) => !existing.has(movieKey(movie)));
  const genreIds = await seedGenres(api, genres, new Set(missing.flatMap((movie) => movie.genres)));
  const created = await mapConcurrently(missing, async ({ genres: names, ...movie }) =>
    api.create<Movie>('/movies', { ...movie, genreIds: names.map((name) => genreIds.get(name.toLowerCase())) }),
  );
  const added = created.filter((movie) => movie !== null);
  const seedKeys = new Set(SEED_MOVIES.map(movieKey));
  return { added: added.length, active: [...active, ...added].filter((movie) => seedKeys.has(movieKey(movie))) };
}

async function seedGenres(api: AdminApi, existing: readonly Genre[], names: ReadonlySet<string>): Promise<Map<string, string>> {
  const ids = idsByName(existing);
  const missing = [...names].filter((name) => !ids.has(name.toLowerCase()));
  const added = await mapConcurrently(missing, (name) => api.create<Genre>('/genres', { name }));
  return added.includes(null) ? idsByName(await api.all<Genre>('/genres')) : new Map([...ids, ...idsByName(added)]);
}

function idsByName(genres: readonly (Genre | null)[]): Map<string, string> {
  return new Map(genres.filter((genre) => genre !== null).map(({ id, name }) => [name.toLowerCase(), id]));
}

interface SeedRoom {
  readonly theatre: SeedTheatre;
  readonly room: Room;
}

async function seedRooms(api: AdminApi): Promise<SeedRoom[]> {
  const [theatres, open, closed] = await Promise.all([
    api.all<Theatre>('/theatres'),
    api.all<Room>('/rooms?status=open'),
    api.all<Room>('/rooms?status=closed'),
  ]);
  const seedRooms = await mapConcurrently(SEED_THEATRES, async (theatre) => {
    const { name, timeZone, currency } = theatre;
    const existing = theatres.find((candidate) => candidate.name === name);
    const theatreId = (existing ?? (await api.create<Theatre>('/theatres', { name, timeZone, currency })))?.id;
    if (theatreId === undefined) return [];
    const isHere = (room: Room) => room.theatre.id === theatreId;
    const names = new Set([...open, ...closed].filter(isHere).map((room) => room.name));
    const missing = theatre.rooms.filter((room) => !names.has(room.name));
    const added = await mapConcurrently(missing, (room) => api.create<Room>(`/theatres/${theatreId}/rooms`, room));
    const rooms = [...open.filter(isHere), ...added.filter((room) => room !== null)];
    return rooms.filter((room) => theatre.rooms.some((seed) => seed.name === room.name)).map((room) => ({ theatre, room }));
  });
  return seedRooms.flat();
}

async function seedShowtimes(api: AdminApi, { theatre, room }: SeedRoom, movies: readonly Movie[], now: Date): Promise<number> {
  const { name, timeZone, prices, matineeDiscount } = theatre;
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  const from = today.toZonedDateTime(timeZone).toInstant().toString();
  const query = `/showtimes?roomId=${room.id}&from=${encodeURIComponent(from)}`;
  const existing = await Promise.all([
    api.all<ScheduledShowtime>(`${query}&status=scheduled`),
    api.all<ScheduledShowtime>(`${query}&status=cancelled`),
  ]);
  const existingByDay = Map.groupBy(existing.flat(), ({ startsAtLocal }) => startsAtLocal.slice(0, DAY_LENGTH));
  const days = Array.from({ length: DAYS_AHEAD }, (_, ahead) => today.add({ days: ahead }).toString());

  const programmeRoom = { theatre: name, room: room.name, cleaningMinutes: room.cleaningMinutes, prices, matineeDiscount };
  const earliest = now.getTime() + MIN_LEAD_MS;
  const showtimes = days
    .flatMap((day) => missingOf(planProgramme({ room: programmeRoom, movies, days: [day] }), existingByDay.get(day) ?? []))
    .filter((showtime) => startMs(showtime, timeZone) >= earliest);
  let added = 0;
  // One at a time: scheduling locks the room, so a second request would only wait.
  for (const showtime of showtimes) {
    const { movie, startsAt } = showtime;
    const created = await api.create('/showtimes', {
      movieId: movie.id,
      roomId: room.id,
      startsAt: `${startsAt}:00`,
      prices: showtime.prices,
    });
    if (created !== null) added++;
  }
  return added;
}

/** What a fault left out. Nothing where the day has a showtime that is not planned: an admin changed it, and a gap may be meant. */
function missingOf(planned: readonly PlannedShowtime<Movie>[], existing: readonly ScheduledShowtime[]): PlannedShowtime<Movie>[] {
  const missing = new Map(planned.map((showtime) => [showtimeKey(showtime.startsAt, showtime.movie), showtime]));
  const areAllPlanned = existing.every(({ startsAtLocal, movie }) => missing.delete(showtimeKey(startsAtLocal, movie)));
  return areAllPlanned ? [...missing.values()] : [];
}

/** The seconds of a local time do not matter. */
function showtimeKey(startsAt: string, { id }: SeedResource): string {
  return `${startsAt.slice(0, MINUTE_LENGTH)} ${id}`;
}

function startMs({ startsAt }: PlannedShowtime<SeedMovie>, timeZone: string): number {
  return Temporal.PlainDateTime.from(startsAt).toZonedDateTime(timeZone).epochMilliseconds;
}

/** The year belongs to it: a remake has the title of another movie. */
function movieKey({ title, releaseDate }: { title: string; releaseDate: string | null }): string {
  return `${title.toLowerCase()}\n${releaseDate?.slice(0, 4)}`;
}
