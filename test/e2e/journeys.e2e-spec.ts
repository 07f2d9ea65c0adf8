import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { type ArazzoDocument, ArazzoRunner, type Sources } from '../openapi/arazzo.js';
import { type PostmanCollection, PostmanRunner } from '../openapi/postman.js';
import { ADMIN } from '../support/in-process-system.js';
import { useMultiProcessSystem } from '../support/multi-process-system.js';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'docs', 'journeys');
const read = (file: string): unknown => parse(readFileSync(join(FOLDER, file), 'utf8'));

describe('The journeys of docs/journeys', () => {
  const system = useMultiProcessSystem({
    apiProcesses: 1,
    broker: 'postgresql',
    env: { STRIPE_SECRET_KEY: 'sk_test_journey', LOG_LEVEL: 'debug' },
  });
  const document = read('journeys.arazzo.yaml') as ArazzoDocument;
  let runner: ArazzoRunner;

  beforeAll(async () => {
    await system.startWorker();
    await system.api.createShowtime({ rows: 2, seatsPerRow: 6 });
    const clock = { document: read('clock.openapi.yaml'), url: system.api.url };
    const stripe = { document: read('stripe-sandbox.openapi.yaml'), url: system.sandboxUrl };
    const cinema = { document: await system.api.expectOk('GET', '//docs/openapi.json'), url: system.api.url };
    runner = new ArazzoRunner(document, { cinema, stripe, clock } as Sources);
  }, 60_000);

  const inputs = () => ({
    email: `${randomUUID()}@example.com`,
    rivalEmail: `${randomUUID()}@example.com`,
    adminEmail: ADMIN.email,
    adminPassword: ADMIN.password,
  });

  it.each(['bookAndPay', 'cancelAndRefund', 'latePayment'])(
    'the journey %s runs to its end',
    async (workflowId) => {
      await runner.run(workflowId, inputs());
    },
    60_000,
  );

  it.each(['bookAndPay', 'cancelAndRefund', 'latePayment'])(
    'the journey %s runs to its end by the command of docs/journeys/README.md',
    async (workflow) => {
      const servers = [`cinema=${system.api.url}`, `stripe=${system.sandboxUrl}`, `clock=${system.api.url}`];
      const given = Object.entries(inputs()).filter(([name]) => workflow === 'latePayment' || name !== 'rivalEmail');
      const args = [
        ...['respect', join(FOLDER, 'journeys.arazzo.yaml'), '--workflow', workflow],
        ...servers.flatMap((server) => ['--server', server]),
        ...given.flatMap(([name, value]) => ['--input', `${name}=${value}`]),
      ];
      const { stdout, stderr } = await promisify(execFile)(join(ROOT, 'node_modules/.bin/redocly'), args).catch(
        (error: { stdout: string; stderr: string }) => error,
      );
      expect(`${stdout}${stderr}`).toMatch(/Workflows: 1 passed, 1 total/);
    },
    90_000,
  );

  it('a journey whose step is refused fails and names the step', async () => {
    const { email } = inputs();
    await runner.run('holdAndStartPayment', { ...inputs(), email });
    await expect(runner.run('holdAndStartPayment', { ...inputs(), email })).rejects.toThrow(
      /^holdAndStartPayment\.register: \$statusCode == 201; got 409 .*auth\.email-in-use/,
    );
    await expect(runner.run('bookAndPay', {})).rejects.toThrow('bookAndPay needs the inputs email, adminEmail, adminPassword.');
  });

  it('the Postman collection books and cancels, request after request', async () => {
    // The first of the list.
    await system.api.createShowtime({ startsInMinutes: 12 * 60 });
    const file = join(ROOT, 'clients/postman/movie-reservation.postman_collection.json');
    const newRunner = () => new PostmanRunner(JSON.parse(readFileSync(file, 'utf8')) as PostmanCollection, system.api.url);
    const postman = newRunner();
    const answers: string[] = [];
    for (const id of ['register', 'login', 'refreshTokens', 'getMe', 'listShowtimes', 'getSeatMap', 'holdSeats', 'getReservation'])
      answers.push(`${id} ${await postman.send(id)}`);
    for (const id of ['startPayment', 'cancelReservation', 'logOut']) answers.push(`${id} ${await postman.send(id)}`);
    expect(answers.filter((answer) => !/ (200|201|204)$/.test(answer))).toEqual([]);
    // Control: without the id that a list was answered with, a hold is for no showtime.
    const forgetful = newRunner();
    expect([await forgetful.send('login'), await forgetful.send('holdSeats')]).toEqual([200, 404]);
  });

  it('every workflow is run here or is part of another', () => {
    const parts = document.workflows.flatMap(({ steps }) => steps.flatMap(({ workflowId }) => workflowId ?? []));
    const run = ['bookAndPay', 'cancelAndRefund', 'latePayment', ...parts];
    expect(document.workflows.map(({ workflowId }) => workflowId).filter((id) => !run.includes(id))).toEqual([]);
  });
});
