/** A client of the HTTP API, with shortcuts for what many tests need first: accounts, a showtime, a hold, a payment. */
import { randomUUID } from 'node:crypto';

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

export class HttpClient {
  #adminToken: string | null = null;

  constructor(
    readonly url: string,
    private readonly admin: { email: string; password: string },
  ) {}

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
    return (await this.expectOk('POST', '/auth/login', { body: { email, password } })).accessToken as string;
  }

  async adminToken(): Promise<string> {
    this.#adminToken ??= await this.logIn(this.admin.email, this.admin.password);
    return this.#adminToken;
  }

  async registerCustomer(): Promise<Customer> {
    const account = { email: `${randomUUID()}@customers.test`, password: 'a-perfectly-fine-passphrase' };
    const user = await this.expectOk('POST', '/auth/register', { body: { ...account, fullName: 'A Customer' } });
    return { id: user.id as string, ...account, token: await this.logIn(account.email, account.password) };
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
    own: { rows?: number; seatsPerRow?: number; price?: number; currency?: string; startsInMinutes?: number } = {},
  ): Promise<ShowtimeFixture> {
    const token = await this.adminToken();
    const create = async (path: string, body: unknown): Promise<Json> => this.expectOk('POST', path, { token, body });
    const theatre = await create('/theatres', {
      name: `Theatre ${randomUUID()}`,
      timeZone: 'Europe/Berlin',
      currency: own.currency ?? 'EUR',
    });
    const room = await create(`/theatres/${theatre.id}/rooms`, {
      name: 'Room 1',
      seatPlan: { rows: own.rows ?? 8, seatsPerRow: own.seatsPerRow ?? 12 },
    });
    const movie = await create('/movies', {
      title: `Movie ${randomUUID()}`,
      description: 'A movie about waiting in line.',
      runtimeMinutes: 100,
    });
    const startsAt = new Date((await this.now()).getTime() + (own.startsInMinutes ?? 24 * 60) * 60_000).toISOString();
    const showtime = await create('/showtimes', { movieId: movie.id, roomId: room.id, startsAt, prices: { standard: own.price ?? 1_250 } });
    return { theatreId: theatre.id, roomId: room.id, movieId: movie.id, showtimeId: showtime.id, startsAt };
  }

  hold(
    customer: Customer,
    showtimeId: string,
    seats: readonly string[],
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpResponse> {
    return this.post('/reservations', { showtimeId, seats }, { token: customer.token, headers });
  }

  reservation(customer: Customer, id: string): Promise<Json> {
    return this.expectOk('GET', `/reservations/${id}`, { token: customer.token });
  }

  startPayment(customer: Customer, reservationId: string): Promise<HttpResponse> {
    return this.call('POST', `/reservations/${reservationId}/payment`, { token: customer.token });
  }
}
