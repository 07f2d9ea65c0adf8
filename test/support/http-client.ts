/**
 * The API as tests call it. What customers and admins do goes through the typed client of `clients/typescript`: accounts, showtimes, holds, payments, and
 * all else that a suite asks for with `as()`. `call` and its short forms are for tests about the wire: a path, a header or a body that no client would send.
 */
import { randomUUID } from 'node:crypto';
import {
  addMovie,
  cancelReservation,
  createCinemaClient,
  getReservation,
  holdSeats,
  login,
  openRoom,
  openTheatre,
  register,
  scheduleShowtime,
  startPayment,
  type CinemaClient,
} from '../../clients/typescript/src/index.js';

/** Of every customer that is registered, also by docs/journeys. */
export const CUSTOMER_PASSWORD = 'a-seat-in-the-middle';

export interface HttpResponse<Body = Json> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Parsed JSON. The test knows its shape: a wrong assumption fails the test, not the compiler. */
export type Json = any;

export interface RequestOptions {
  readonly token?: string | undefined;
  /** A string or Buffer is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Customer {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
}

export interface ShowtimeFixture {
  readonly theatreId: string;
  readonly roomId: string;
  readonly movieId: string;
  readonly showtimeId: string;
  readonly startsAt: string;
}

/** What a function of the typed client resolves to. Without a response there was none: `error` says why. */
interface TypedResult<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

/** Returns the response, also of a refusal. Rejects where there was none. */
async function responseOf(call: Promise<TypedResult<unknown>>): Promise<HttpResponse> {
  const { data, error, response } = await call;
  if (response === undefined) throw error;
  return { status: response.status, headers: response.headers, body: data ?? error };
}

/** Returns what a 2xx response says. Throws an Error with the body for any other status. */
export async function dataOf<Data>(call: Promise<TypedResult<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (data !== undefined) return data;
  if (response === undefined) throw error;
  throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(error)}`);
}

export class HttpClient {
  #adminToken: string | null = null;
  readonly #client: CinemaClient['client'];

  constructor(
    readonly url: string,
    private readonly admin: { email: string; password: string },
  ) {
    // A test looks at each refusal: none is sent again.
    this.#client = createCinemaClient({ baseUrl: url, maxAttempts: 1 }).client;
  }

  /** For the functions of the typed client: `dataOf(listMovies(api.as()))`. Without a token they are sent as by a stranger. */
  as(token?: string) {
    return { client: this.#client, ...(token !== undefined && { auth: token }) };
  }

  /** `path` is relative to `/api/v1`, or to the root of the server when it starts with `//`. */
  async call<Body = Json>(method: string, path: string, { token, body, headers }: RequestOptions = {}): Promise<HttpResponse<Body>> {
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    const response = await fetch(path.startsWith('//') ? `${this.url}${path.slice(1)}` : `${this.url}/api/v1${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (isJson && text !== '' ? JSON.parse(text) : text) as Body };
  }

  get<Body = Json>(path: string, options: RequestOptions = {}): Promise<HttpResponse<Body>> {
    return this.call<Body>('GET', path, options);
  }

  post<Body = Json>(path: string, body: unknown, options: RequestOptions = {}): Promise<HttpResponse<Body>> {
    return this.call<Body>('POST', path, { ...options, body });
  }

  put<Body = Json>(path: string, body: unknown, options: RequestOptions = {}): Promise<HttpResponse<Body>> {
    return this.call<Body>('PUT', path, { ...options, body });
  }

  patch<Body = Json>(path: string, body: unknown, options: RequestOptions = {}): Promise<HttpResponse<Body>> {
    return this.call<Body>('PATCH', path, { ...options, body });
  }

  delete<Body = Json>(path: string, options: RequestOptions = {}): Promise<HttpResponse<Body>> {
    return this.call<Body>('DELETE', path, options);
  }

  /** Returns the body of a 2xx response. Throws an Error with the body for any other status. */
  async expectOk(method: string, path: string, options: RequestOptions = {}): Promise<Json> {
    const { status, body } = await this.call(method, path, options);
    if (status < 200 || status > 299) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async logIn(email: string, password: string): Promise<string> {
    return (await dataOf(login({ ...this.as(), body: { email, password } }))).accessToken;
  }

  async adminToken(): Promise<string> {
    this.#adminToken ??= await this.logIn(this.admin.email, this.admin.password);
    return this.#adminToken;
  }

  async registerCustomer(): Promise<Customer> {
    const account = { email: `${randomUUID()}@customers.test`, password: CUSTOMER_PASSWORD };
    const { id } = await dataOf(register({ ...this.as(), body: { ...account, fullName: 'A Customer' } }));
    return { id, ...account, token: await this.logIn(account.email, account.password) };
  }

  async registerCustomers(count: number): Promise<Customer[]> {
    return Promise.all(Array.from({ length: count }, () => this.registerCustomer()));
  }

  /** Moves the clock of all processes forward. */
  async advanceClock({ minutes }: { minutes: number }): Promise<void> {
    await this.expectOk('POST', '//sandbox/clock/advance', { body: { minutes } });
  }

  /** Returns the time of the movable clock. */
  async now(): Promise<Date> {
    return new Date((await this.expectOk('GET', '//sandbox/clock')).now as string);
  }

  /** Creates a movie, a theatre with one room, and a showtime, which starts in 24 hours by default. `price` is in minor units. */
  async createShowtime(
    own: { rows?: number; seatsPerRow?: number; price?: number; currency?: string; timeZone?: string; startsInMinutes?: number } = {},
  ): Promise<ShowtimeFixture> {
    const admin = this.as(await this.adminToken());
    const { timeZone = 'Europe/Berlin', currency = 'EUR' } = own;
    const theatre = await dataOf(openTheatre({ ...admin, body: { name: `Theatre ${randomUUID()}`, timeZone, currency } }));
    const seatPlan = { rows: own.rows ?? 8, seatsPerRow: own.seatsPerRow ?? 12 };
    const room = await dataOf(openRoom({ ...admin, path: { id: theatre.id }, body: { name: 'Room 1', seatPlan } }));
    const about = { description: 'A movie about waiting in line.', runtimeMinutes: 100 };
    const movie = await dataOf(addMovie({ ...admin, body: { title: `Movie ${randomUUID()}`, ...about } }));
    const startsAt = new Date((await this.now()).getTime() + (own.startsInMinutes ?? 24 * 60) * 60_000).toISOString();
    const terms = { startsAt, prices: { standard: own.price ?? 1_250 } };
    const showtime = await dataOf(scheduleShowtime({ ...admin, body: { movieId: movie.id, roomId: room.id, ...terms } }));
    return { theatreId: theatre.id, roomId: room.id, movieId: movie.id, showtimeId: showtime.id, startsAt };
  }

  hold(
    { token }: Pick<Customer, 'token'>,
    showtimeId: string,
    seats: readonly string[],
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpResponse> {
    return responseOf(holdSeats({ ...this.as(token), body: { showtimeId, seats: [...seats] }, headers }));
  }

  /** Throws where it is not there for this customer. */
  reservation({ token }: Pick<Customer, 'token'>, id: string): Promise<Json> {
    return dataOf(getReservation({ ...this.as(token), path: { id } }));
  }

  startPayment({ token }: Pick<Customer, 'token'>, reservationId: string): Promise<HttpResponse> {
    return responseOf(startPayment({ ...this.as(token), path: { id: reservationId } }));
  }

  cancel({ token }: Pick<Customer, 'token'>, id: string): Promise<HttpResponse> {
    return responseOf(cancelReservation({ ...this.as(token), path: { id } }));
  }
}
