import { PaymentsApp } from './payments-app.js';

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start({ worker: false, env: { PAYMENT_PER_ACCOUNT_PER_MINUTE: '30', REFUND_PER_ADMIN_PER_MINUTE: '3' } });
}, 60_000);
afterAll(() => app?.close());

describe('The limits on requests that cost a call to Stripe', () => {
  it('a customer who asks 150 times costs one call, and must wait', async () => {
    const reservation = await app.newReservation();
    const other = await app.newReservation();
    expect((await app.requestPayment(reservation)).status).toBe(201);
    // From now on every call would be answered with 503.
    await app.faults({ api: [{ answer: 'server_error' }] });
    // At the same moment: one after another they may take longer than an intent counts as fresh.
    const answers = await Promise.all(Array.from({ length: 149 }, () => app.requestPayment(reservation)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual(Array.from({ length: 149 }, (_, i) => (i < 29 ? 200 : 429)));
    const { headers } = await app.requestPayment(reservation);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    await app.control('DELETE', '/faults');
    expect((await app.requestPayment(other)).status).toBe(201);
  });

  it('an admin who retries refunds again and again must wait', async () => {
    const token = await app.adminToken();
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await app.post('/admin/refunds/retry', {}, { token })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});

describe('The limit on payments of one network', () => {
  let limited: PaymentsApp;
  beforeAll(async () => {
    const env = { PAYMENT_PER_ACCOUNT_PER_MINUTE: '4', PAYMENT_PER_ADDRESS_PER_MINUTE: '6' };
    limited = await PaymentsApp.start({ worker: false, env });
  }, 60_000);
  afterAll(() => limited?.close());

  it('accounts of one address share it, and refusals of one of them do not count', async () => {
    const one = await limited.newReservation();
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) statuses.push((await limited.requestPayment(one)).status);
    expect(statuses).toEqual([201, 200, 200, 200, 429, 429, 429, 429]);
    const others = [await limited.newReservation(), await limited.newReservation(), await limited.newReservation()];
    const answers = [];
    for (const other of others) answers.push(await limited.requestPayment(other));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 429]);
    expect(answers[2]!.headers.get('ratelimit')).toMatch(/"paymentPerAccount";r=3;.*"paymentPerAddress";r=0;/);
  });
});
