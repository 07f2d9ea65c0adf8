import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const ADMITTED = 2;
const ANSWER = 'HTTP/1.1 200';
/** Of a seat map of 1,000 seats each: more than the buffers of a connection hold. */
const ANSWERS_PER_CONNECTION = 50;

describe('Clients that do not read', () => {
  let system: InProcessSystem;
  let seatMap: string;
  const sockets: Socket[] = [];
  const accepted = new Set<Socket>();

  beforeAll(async () => {
    system = await startInProcessSystem({
      worker: false,
      env: { ADMITTED_REQUESTS: String(ADMITTED), ADMISSION_WAIT_MS: '10000', MAX_CONNECTIONS: '12', SLOW_READER_MS: '3000' },
    });
    system.api.getHttpServer().on('connection', (socket: Socket) => accepted.add(socket));
    const { showtimeId } = await system.createShowtime({ rows: 25, seatsPerRow: 40 });
    seatMap = `/api/v1/showtimes/${showtimeId}/seats`;
  }, 60_000);
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  afterAll(() => system.close());

  async function openConnection(): Promise<Socket> {
    const { hostname, port } = new URL(system.url);
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  async function askAndDoNotRead(): Promise<Socket> {
    const socket = await openConnection();
    socket.pause();
    socket.write(`GET ${seatMap} HTTP/1.1\r\nHost: cinema\r\n\r\n`.repeat(ANSWERS_PER_CONNECTION));
    return socket;
  }

  /** Those whose answers fill the buffers of the kernel and wait in the server. */
  const stuckConnections = (): number => [...accepted].filter(({ destroyed, writableLength }) => !destroyed && writableLength > 0).length;

  it('a client that does not read keeps no slot and is cut off', async () => {
    for (let i = 0; i < 2 * ADMITTED; i++) await askAndDoNotRead();
    await until(() => stuckConnections() >= ADMITTED, { what: 'answers that are not read' });
    for (let i = 0; i < 10; i++) expect((await system.get('/genres')).status).toBe(200);
    await until(() => stuckConnections() === 0, { what: 'the end of their connections' });
  }, 60_000);

  it('a client that reads steadily gets every answer, however long it takes', async () => {
    const socket = await askAndDoNotRead();
    await until(() => stuckConnections() === 1, { what: 'answers that wait' });
    let answers = 0;
    let rest = '';
    socket.on('data', (chunk: Buffer) => {
      const text = rest + chunk.toString('latin1');
      answers += text.split(ANSWER).length - 1;
      rest = text.slice(1 - ANSWER.length);
      // A slow client: it takes a part, then nothing for a moment.
      socket.pause();
      setTimeout(() => socket.resume(), 5);
    });
    socket.resume();
    await until(() => answers === ANSWERS_PER_CONNECTION, { what: 'all answers' });
  }, 60_000);

  it('connections beyond the limit are closed, and the others are served', async () => {
    const open: Socket[] = [];
    for (let i = 0; i < 12; i++) open.push(await openConnection());
    const beyond = await openConnection();
    beyond.write('GET /healthz HTTP/1.1\r\nHost: cinema\r\n\r\n');
    await once(beyond, 'close');
    expect(beyond.bytesRead).toBe(0);
    open[0]!.write('GET /healthz HTTP/1.1\r\nHost: cinema\r\n\r\n');
    const [answer] = (await once(open[0]!, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200/);
  });
});
