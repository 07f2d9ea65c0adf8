import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliOf } from '../../support/cli.js';
import type { HttpResponse, Json } from '../../support/http-client.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { ShowtimesClient } from './showtimes-client.js';

const PRICES = { standard: 1_200, premium: 1_500 };

let client: ShowtimesClient;
const folder = temporaryFolder();
beforeAll(async () => {
  client = await ShowtimesClient.start();
}, 60_000);
afterAll(async () => {
  await client?.close();
  await folder.remove();
});

const row = (movie: Json, room: Json, startsAt: string, own: Json = {}): Json => ({
  movie: movie.title,
  theatre: client.theatre.name,
  room: room.name,
  startsAt,
  prices: PRICES,
  ...own,
});
const post = (showtimes: Json[], query = '', headers: Record<string, string> = {}): Promise<HttpResponse> =>
  client.system.post(`/showtimes/import${query}`, { showtimes }, { token: client.token, headers });
const postCsv = (text: string | Buffer, type = 'text/csv; charset=utf-8'): Promise<HttpResponse> =>
  client.system.call('POST', '/showtimes/import', { token: client.token, body: text, headers: { 'content-type': type } });
const startsOf = async (room: Json): Promise<string[]> => {
  const { data } = await client.system.expectOk('GET', `/showtimes?roomId=${room.id}&limit=100`, {});
  return data.map(({ startsAtLocal }: Json) => startsAtLocal as string);
};
const lockRoom = (room: Json) =>
  client.openTransaction(`SELECT pg_advisory_xact_lock(hashtextextended('scheduling room ' || $1, 0))`, [room.id]);

describe('POST /showtimes/import', () => {
  it('CSV is imported once, with an event for each showtime and one audit entry', async () => {
    const [movie, room] = [await client.addMovie({ title: `Drive, ${randomUUID()}` }), await client.openRoom()];
    const lines = ['10:00', '12:00', '14:00'].map(
      (time) => `"${movie.title.toUpperCase()}",${client.theatre.name},${room.name},2027-01-04T${time},1200,1500,2027-01-01T08:00`,
    );
    const text = `movie,theatre,room,startsAt,standard,premium,salesOpenAt\r\n${lines.join('\r\n')}\r\n`;
    const audited = (await client.auditOf('showtimes')).length;
    expect(await postCsv(text)).toMatchObject({
      status: 200,
      body: { dryRun: false, possible: true, added: 3, alreadyThere: 0, differences: [], faultCount: 0, faults: [] },
    });
    expect(await postCsv(text)).toMatchObject({ status: 200, body: { added: 0, alreadyThere: 3 } });
    expect(await startsOf(room)).toEqual(['2027-01-04T10:00:00', '2027-01-04T12:00:00', '2027-01-04T14:00:00']);
    const { data } = await client.system.expectOk('GET', `/showtimes?roomId=${room.id}`, {});
    expect(data[0]).toMatchObject({ movie: { id: movie.id }, salesOpenAt: '2027-01-01T07:00:00.000Z', seatsLeft: 5 });
    expect((await client.eventsOf(data[0].id)).map(({ type }) => type)).toEqual(['showtimes.showtime-scheduled.v1']);
    const entries = (await client.auditOf('showtimes')).slice(audited);
    const scope = { from: '2027-01-04T09:00:00.000Z', to: '2027-01-04T13:00:00.000Z', roomIds: [room.id] };
    expect(entries).toEqual([{ action: 'showtimes.import-schedule', details: { added: 3, alreadyThere: 0, ...scope } }]);
  });

  it('all faults are named at once and nothing is stored', async () => {
    const [movie, room, title] = [await client.addMovie(), await client.openRoom(), `Twins ${randomUUID()}`];
    const stored = await client.createShowtime({ movie, room, startsAt: '2027-01-05T20:00' });
    const twins = [await client.addMovie({ title }), await client.addMovie({ title })];
    const { status, body } = await post([
      row(movie, room, '2027-01-05T10:00'),
      row(movie, room, '2027-01-05T11:50'),
      row(movie, room, '2027-01-05T21:00'),
      row({ title }, room, '2027-01-06T10:00'),
      row({ title: 'No such movie' }, { name: 'No such room' }, '2027-01-06T10:00'),
      row(movie, room, '2027-03-28T02:30'),
      row(movie, room, '2027-10-31T02:30', { prices: {} }),
      row(movie, room, '2020-01-01T10:00', { prices: { standard: 1 } }),
      row(movie, room, 'tomorrow', { colour: 'red' }),
      row({ title: twins[0]!.id }, { name: room.id }, '2027-01-07T10:00', { theatre: undefined }),
    ]);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'showtimes.schedule-refused', faultCount: 12 });
    expect(body.faults.map(({ pointer, rule }: Json) => [pointer.replace('/showtimes/', ''), rule])).toEqual([
      ['1/startsAt', 'showtimes.overlap'],
      ['2/startsAt', 'showtimes.overlap'],
      ['3/movie', 'showtimes.ambiguous-title'],
      ['4/movie', 'showtimes.no-such-movie'],
      ['4/room', 'showtimes.no-such-room'],
      ['5/startsAt', 'showtimes.time-skipped'],
      ['6/startsAt', 'showtimes.time-repeated'],
      ['7/startsAt', 'showtimes.starts-in-the-past'],
      ['7/prices/premium', 'showtimes.price-missing'],
      ['7/prices/standard', 'showtimes.price-refused'],
      ['8/colour', 'unknownField'],
      ['8/startsAt', 'isTheatreTime'],
    ]);
    expect(body.faults[1].message).toContain(stored.id);
    expect(await startsOf(room)).toEqual(['2027-01-05T20:00:00']);
  });

  it('a dry run tells what the import then does, and does nothing', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const rows = [row(movie, room, '2027-01-08T10:00'), row(movie, room, '2027-01-08T14:00')];
    const { body: tried } = await post(rows, '?dryRun=true', { 'idempotency-key': randomUUID() });
    expect(tried).toMatchObject({ dryRun: true, possible: true, added: 2, alreadyThere: 0 });
    expect(await startsOf(room)).toEqual([]);
    const { body: done } = await post(rows);
    expect(done).toEqual({ ...tried, dryRun: false });
    const { status, body } = await post([...rows, row(movie, room, '2027-01-08T11:00')], '?dryRun=true');
    expect([status, body.possible, body.faults.map(({ rule }: Json) => rule as string)]).toEqual([200, false, ['showtimes.overlap']]);
  });

  it('a showtime that was cancelled or repriced since stays as it is', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const rows = [row(movie, room, '2027-01-09T10:00'), row(movie, room, '2027-01-09T14:00')];
    await post(rows);
    const { data } = await client.system.expectOk('GET', `/showtimes?roomId=${room.id}`, {});
    await client.cancel(data[0].id);
    await client.change(data[1].id, { prices: { standard: 900 } });
    expect((await post(rows)).body).toMatchObject({
      added: 0,
      alreadyThere: 2,
      differences: [
        { pointer: '/showtimes/0', showtimeId: data[0].id, fields: ['status'] },
        { pointer: '/showtimes/1', showtimeId: data[1].id, fields: ['prices'] },
      ],
    });
    expect(await startsOf(room)).toEqual(['2027-01-09T14:00:00']);
  });

  it('a runtime that showtimes do not follow yet counts', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    await client.createShowtime({ movie, room, startsAt: '2027-01-10T10:00' });
    await client.system.expectOk('PATCH', `/movies/${movie.id}`, { token: client.token, body: { runtimeMinutes: 150 } });
    const { body } = await post([row(movie, room, '2027-01-10T12:00')]);
    expect(body.faults).toMatchObject([{ rule: 'showtimes.overlap' }]);
  });

  it('of two imports of one file at once, one adds everything', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const rows = ['10:00', '12:00', '14:00'].map((time) => row(movie, room, `2027-01-11T${time}`));
    const release = await lockRoom(room);
    const imports = [post(rows), post(rows)];
    await client.waitForLockWait('advisory');
    await release();
    const answers = await Promise.all(imports);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map(({ body }) => body.added as number).sort()).toEqual([0, 3]);
    expect(await startsOf(room)).toHaveLength(3);
  });

  it('an import waits for a showtime that is being scheduled, and sees it', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const release = await client.delayScheduling(room, '2027-01-12T11:00');
    const scheduled = client.schedule(movie, room, '2027-01-12T11:00');
    await client.waitForLockWait('transactionid');
    const imported = post([row(movie, room, '2027-01-12T10:00')]);
    await client.waitForLockWait('advisory');
    await release();
    expect((await scheduled).status).toBe(201);
    expect(await imported).toMatchObject({ status: 422, body: { faults: [{ rule: 'showtimes.overlap' }] } });
  });

  it('a repeated request with its idempotency key is answered as before', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const headers = { 'idempotency-key': randomUUID() };
    const rows = [row(movie, room, '2027-01-13T10:00')];
    const first = await post(rows, '', headers);
    const again = await post(rows, '', headers);
    expect([first.body.added, again.body]).toEqual([1, first.body]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await post([row(movie, room, '2027-01-13T14:00')], '', headers)).status).toBe(422);
  });

  it('two thousand rows are imported in one request', async () => {
    const [movie, room] = [await client.addMovie({ runtimeMinutes: 5 }), await client.openRoom({ cleaningMinutes: 0 })];
    const begin = Date.parse('2027-02-01T00:00:00Z');
    const rows = Array.from({ length: 2_000 }, (_, i) => row(movie, room, new Date(begin + i * 300_000).toISOString()));
    expect(await post(rows)).toMatchObject({ status: 200, body: { added: 2_000 } });
    expect(await post(rows)).toMatchObject({ status: 200, body: { added: 0, alreadyThere: 2_000 } });
    const refused = await post([...rows, ...rows.slice(0, 1)]);
    expect([refused.status, refused.body.errors]).toMatchObject([400, [{ pointer: '/showtimes', rule: 'arrayMaxSize' }]]);
  });

  it('a file of Excel and one with a JSON object a line are imported', async () => {
    const [movie, room] = [await client.addMovie({ title: `Größe ${randomUUID()}` }), await client.openRoom({ name: 'Salle Étoile' })];
    const names = [movie.title.toUpperCase(), client.theatre.name, 'SALLE ETOILE'];
    const lines = [
      'sep=;',
      'movie;theatre;room;startsAt;standard;premium;salesOpenAt',
      `${[...names, '2027-01-14T10:00'].join(';')};1200;1500;N/A`,
    ];
    expect(await postCsv(`\ufeff${lines.join('\r\n')}\r\n`)).toMatchObject({ status: 200, body: { added: 1 } });
    const rows = ['2027-01-14T14:00', '2027-01-14T15:00'].map((startsAt) =>
      JSON.stringify(row(movie, room, startsAt, { salesOpenAt: 'NULL' })),
    );
    const [first, second] = rows as [string, string];
    expect(await postCsv(`${first}\n\n${second}\n`, 'application/x-ndjson')).toMatchObject({
      status: 422,
      body: { faults: [{ line: 3, pointer: null, rule: 'showtimes.overlap' }] },
    });
    expect(await postCsv(`${first}\n`, 'application/x-ndjson')).toMatchObject({ status: 200, body: { added: 1 } });
    expect(await startsOf(room)).toEqual(['2027-01-14T10:00:00', '2027-01-14T14:00:00']);
  });

  it('other bodies are refused by what is wrong with them', async () => {
    expect(await postCsv('movie,room\n')).toMatchObject({ status: 400 });
    expect(await postCsv(Buffer.from([0x6d, 0xff, 0x0a]))).toMatchObject({ status: 400 });
    expect(await postCsv('movie\tcinema\na\tb\n')).toMatchObject({
      status: 422,
      body: { faults: [{ line: 1 }, { line: 1 }, { line: 1 }] },
    });
    expect(await postCsv('x'.repeat(1_024 * 1_024 + 1))).toMatchObject({ status: 413 });
    expect(await postCsv('<showtimes/>', 'application/xml')).toMatchObject({ status: 415 });
    const csv = { token: client.token, body: 'name\nDrama\n', headers: { 'content-type': 'text/csv' } };
    expect((await client.system.call('POST', '/genres', csv)).status).toBe(415);
    expect((await client.system.call('POST', '/genres', { ...csv, headers: { 'content-type': 'application/x-ndjson' } })).status).toBe(415);
    const { token } = await client.system.registerCustomer();
    expect((await client.system.post('/showtimes/import', { showtimes: [] }, { token })).status).toBe(403);
    expect((await client.system.post('/showtimes/import', { showtimes: [] })).status).toBe(401);
  });
});

describe('import-schedule', () => {
  const cli = (args: string[], input = '') => cliOf(client.system, ['import-schedule', ...args], {}, input);

  it('a file and standard input are imported, and a dry run only tells', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const path = join(folder.path, 'schedule.csv');
    writeFileSync(path, `movie;room;startsAt;standard;premium\n${movie.id};${room.id};2027-03-01T10:00;1200;1500\n`);
    expect(await cli([path, '--dry-run'])).toEqual({ code: 0, stdout: 'Would add 1 showtime; 0 already there.', stderr: '' });
    expect(await cli([path])).toEqual({ code: 0, stdout: 'Added 1 showtime; 0 already there.', stderr: '' });
    const rows = [row(movie, room, '2027-03-01T10:00', { prices: { standard: 1, premium: 1_500 } }), row(movie, room, '2027-03-01T14:00')];
    const again = await cli(['-'], JSON.stringify({ showtimes: rows }));
    expect(again).toMatchObject({ code: 0, stdout: 'Added 1 showtime; 1 already there.' });
    expect(again.stderr).toMatch(/^Stays as it is: \/showtimes\/0 \(line 1\): showtime \S+ differs in prices$/);
  });

  it('faults are listed with their lines and end with code 1', async () => {
    const room = await client.openRoom();
    const text = `movie,room,startsAt\nNo such movie,${room.id},2027-03-02T10:00\n,${room.id},soon\n`;
    const report = [
      'Nothing was imported: 3 faults.',
      '  line 2, movie: There is no movie "No such movie".',
      '  line 3, movie: It is required.',
      '  line 3, startsAt: It must be a time as 2026-12-24T20:15, in the theatre’s local time or with an offset.',
    ];
    expect(await cli(['-'], text)).toEqual({ code: 1, stdout: '', stderr: report.join('\n') });
    expect(await cli(['-', '--dry-run'], text)).toEqual({ code: 1, stdout: '', stderr: report.join('\n') });
    expect(await cli(['/no/such/file.csv'])).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be read') as string });
    expect(await cli(['-'], ' '.repeat(1_024 * 1_024 + 1))).toMatchObject({ code: 1, stderr: 'A schedule may have at most 1024 KiB.' });
  });
});
