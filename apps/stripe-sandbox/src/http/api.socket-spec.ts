import { INTENT_PARAMETERS, SandboxHarness, stripeErrorOf } from '../testing/sandbox-harness.js';

const FORM_HEADERS = { authorization: 'Bearer sk_test_harness', 'content-type': 'application/x-www-form-urlencoded' };

let harness: SandboxHarness;
beforeEach(async () => {
  harness = await SandboxHarness.start();
});
afterEach(() => harness.close());

describe('API keys', () => {
  it('a key is accepted as bearer token and as user name', async () => {
    const basic = Buffer.from('sk_test_curl:').toString('base64');
    expect((await harness.request('GET', '/v1/payment_intents', { headers: { authorization: `Basic ${basic}` } })).status).toBe(200);
    expect((await harness.request('GET', '/v1/payment_intents', { headers: { authorization: 'Bearer sk_test_curl' } })).status).toBe(200);
  });

  it('a request without a key is refused with 401', async () => {
    const response = await harness.request('GET', '/v1/payment_intents');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Stripe"');
    expect(response.json().error).toMatchObject({
      type: 'invalid_request_error',
      message: expect.stringContaining('You did not provide an API key.'),
    });
  });

  it.each(['sk_live_abcdefghijklmnop', 'rubbish', 'whsec_abc'])('the key %s is refused with 401', async (key) => {
    const error = await stripeErrorOf(harness.client(key).paymentIntents.list());
    expect(error).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
    expect(error.message).toMatch(/^Invalid API Key provided: /);
  });

  it('the error message masks the key', async () => {
    const error = await stripeErrorOf(harness.client('sk_live_abcdefghijklmnop').paymentIntents.list());
    expect(error.message).toBe('Invalid API Key provided: sk_live_************mnop');
  });

  it('a sandbox with a secret key refuses every other key', async () => {
    const restricted = await SandboxHarness.start({ secretKey: 'sk_test_accepted' });
    try {
      expect((await restricted.client('sk_test_accepted').paymentIntents.list()).data).toEqual([]);
      expect(await stripeErrorOf(restricted.client('sk_test_other').paymentIntents.list())).toMatchObject({ statusCode: 401 });
    } finally {
      await restricted.close();
    }
  });
});

describe('Responses', () => {
  it('a response has the headers that Stripe sends', async () => {
    const response = await harness.request('POST', '/v1/payment_intents', {
      headers: { ...FORM_HEADERS, 'idempotency-key': 'k-1', 'stripe-version': '2026-10-28.endive' },
      body: 'amount=2400&currency=eur',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('request-id')).toMatch(/^req_\w{14}$/);
    expect(response.headers.get('stripe-version')).toBe('2026-10-28.endive');
    expect(response.headers.get('idempotency-key')).toBe('k-1');
    expect(response.headers.get('original-request')).toBe(response.headers.get('request-id'));
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.text).toMatch(/^\{\n {2}"id"/);
  });

  it('an error contains the request log URL and the documentation URL', async () => {
    const response = await harness.request('POST', '/v1/payment_intents', { headers: FORM_HEADERS, body: 'amount=abc&currency=eur' });
    expect(response.json().error).toEqual({
      code: 'parameter_invalid_integer',
      doc_url: 'https://stripe.com/docs/error-codes/parameter-invalid-integer',
      message: 'Invalid integer: abc',
      param: 'amount',
      request_log_url: `https://dashboard.stripe.com/test/logs/${response.headers.get('request-id')}`,
      type: 'invalid_request_error',
    });
  });

  it('an unknown route answers with 404', async () => {
    const response = await harness.request('POST', '/v1/foo', { headers: FORM_HEADERS, body: 'a=b' });
    expect(response.status).toBe(404);
    expect(response.json().error).toMatchObject({
      type: 'invalid_request_error',
      message: expect.stringMatching(/^Unrecognized request URL \(POST: \/v1\/foo\)\. /),
    });
    expect(response.headers.get('request-id')).toMatch(/^req_/);
  });

  it('a request body in JSON is refused', async () => {
    const response = await harness.request('POST', '/v1/payment_intents', {
      headers: { ...FORM_HEADERS, 'content-type': 'application/json' },
      body: '{"amount":2400}',
    });
    expect(response.status).toBe(400);
    expect(response.json().error.message).toContain('check that your POST content type is application/x-www-form-urlencoded');
  });

  it('a CORS preflight request is answered', async () => {
    const response = await harness.request('OPTIONS', '/v1/payment_intents/pi_1/confirm');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('an invalid API version is refused', async () => {
    const response = await harness.request('GET', '/v1/payment_intents', { headers: { ...FORM_HEADERS, 'stripe-version': 'latest' } });
    expect(response.json().error.message).toBe('Invalid Stripe API version: latest');
  });

  it('/healthz answers with the status ok', async () => {
    expect((await harness.request('GET', '/healthz')).json()).toEqual({ status: 'ok' });
  });
});

describe('Parameters', () => {
  it.each([
    ['amount=2400&currency=eur&foo=1', 'parameter_unknown', 'foo', 'Received unknown parameter: foo'],
    ['amount=2400&currency=eur&foo=1&bar[baz]=2', 'parameter_unknown', 'foo', 'Received unknown parameters: foo, bar'],
    [
      'amount=2400&currency=eur&payment_method_types[]=card',
      'parameter_unknown',
      'payment_method_types',
      'Received unknown parameter: payment_method_types',
    ],
    [
      'amount=2400&currency=eur&automatic_payment_methods[on]=true',
      'parameter_unknown',
      'automatic_payment_methods[on]',
      'Received unknown parameter: automatic_payment_methods[on]',
    ],
    ['currency=eur', 'parameter_missing', 'amount', 'Missing required param: amount.'],
    ['amount=2400', 'parameter_missing', 'currency', 'Missing required param: currency.'],
    ['amount=12.5&currency=eur', 'parameter_invalid_integer', 'amount', 'Invalid integer: 12.5'],
    ['amount=0&currency=eur', 'parameter_invalid_integer', 'amount', 'This value must be greater than or equal to 1.'],
    ['amount=49&currency=eur', 'amount_too_small', 'amount', 'Amount must be at least €0.50 eur'],
    ['amount=100000000&currency=eur', 'amount_too_large', 'amount', 'Amount must be no more than €999,999.99'],
    ['amount=2400&currency=zzz', undefined, 'currency', /^Invalid currency: zzz\. /],
    ['amount=&currency=eur', 'parameter_invalid_empty', 'amount', /^You passed an empty string for 'amount'\. /],
    ['amount=2400&currency=eur&confirm=maybe', undefined, 'confirm', 'Invalid boolean: maybe'],
    [
      'amount=2400&currency=eur&capture_method=later',
      undefined,
      'capture_method',
      'Invalid capture_method: must be one of automatic or automatic_async',
    ],
    ['amount=2400&currency=eur&automatic_payment_methods=yes', undefined, 'automatic_payment_methods', 'Invalid object'],
    ['amount=2400&currency=eur&expand=latest_charge', undefined, 'expand', 'Invalid array'],
    ['amount=2400&currency=eur&expand[]=nonsense', undefined, 'expand', 'This property cannot be expanded (nonsense).'],
    ['amount=2400&currency=eur&receipt_email=nobody', 'email_invalid', 'receipt_email', 'Invalid email address: nobody'],
    ['amount=2400&currency=eur&customer=cus_1', 'resource_missing', 'customer', "No such customer: 'cus_1'"],
    ['amount=2400&currency=eur&return_url=https://a.test', undefined, 'return_url', /unless `confirm` is set to true/],
  ])('a payment intent with the parameters %s is refused', async (body, code, param, message) => {
    const response = await harness.request('POST', '/v1/payment_intents', { headers: FORM_HEADERS, body });
    expect(response.status).toBe(400);
    const { error } = response.json();
    expect(error).toMatchObject({ type: 'invalid_request_error', param });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect((await harness.stripe.paymentIntents.list()).data).toHaveLength(0);
  });

  it('a page of more than 100 and an unknown cursor are refused', async () => {
    expect(await stripeErrorOf(harness.stripe.paymentIntents.list({ limit: 101 }))).toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'limit',
      message: 'This value must be less than or equal to 100.',
    });
    expect(await stripeErrorOf(harness.stripe.paymentIntents.list({ starting_after: 'pi_none' }))).toMatchObject({
      code: 'resource_missing',
      param: 'starting_after',
    });
  });

  it('metadata is limited to 50 keys of 40 and values of 500 characters', async () => {
    const { stripe } = harness;
    const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'x']));
    expect(Object.keys((await stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata: keys(50) })).metadata)).toHaveLength(50);
    expect(await stripeErrorOf(stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata: keys(51) }))).toMatchObject({
      statusCode: 400,
      param: 'metadata',
    });
    expect(await stripeErrorOf(stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata: { ['k'.repeat(41)]: 'x' } }))).toMatchObject({
      statusCode: 400,
    });
    expect(
      (await stripeErrorOf(stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata: { key: 'v'.repeat(501) } }))).message,
    ).toMatch(/^Metadata values can have up to 500 characters, but you passed in a value that is 501 characters\./);
  });

  it('metadata with brackets, ampersands and non-ASCII letters is unchanged', async () => {
    const metadata = { query: 'x[y]&z=%20', straße: 'Größe 100% + mehr', movie: '🎬' };
    expect((await harness.stripe.paymentIntents.create({ ...INTENT_PARAMETERS, metadata })).metadata).toEqual(metadata);
  });
});

describe('Missing objects', () => {
  it.each([
    ['/v1/payment_intents/pi_none', "No such payment_intent: 'pi_none'", 'intent'],
    ['/v1/charges/ch_none', "No such charge: 'ch_none'", 'id'],
    ['/v1/refunds/re_none', "No such refund: 're_none'", 'refund'],
    ['/v1/events/evt_none', "No such event: 'evt_none'", 'id'],
    ['/v1/disputes/du_none', "No such dispute: 'du_none'", 'dispute'],
    ['/v1/payment_methods/pm_none', "No such PaymentMethod: 'pm_none'", 'payment_method'],
  ])('%s answers with 404', async (path, message, param) => {
    const response = await harness.request('GET', path, { headers: FORM_HEADERS });
    expect(response.status).toBe(404);
    expect(response.json().error).toMatchObject({ code: 'resource_missing', message, param });
  });
});
