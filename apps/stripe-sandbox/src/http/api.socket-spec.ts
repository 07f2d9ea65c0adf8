import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench, order, refusal } from '../testing/bench.js';

const form = { authorization: 'Bearer sk_test_bench', 'content-type': 'application/x-www-form-urlencoded' };

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.start();
});
afterEach(() => bench.close());

describe('Keys', () => {
  it('may come as a bearer token or as the user name', async () => {
    const basic = Buffer.from('sk_test_curl:').toString('base64');
    expect((await bench.curl('GET', '/v1/payment_intents', { authorization: `Basic ${basic}` })).status).toBe(200);
    expect((await bench.curl('GET', '/v1/payment_intents', { authorization: 'Bearer sk_test_curl' })).status).toBe(200);
  });

  it('must be there', async () => {
    const answered = await bench.curl('GET', '/v1/payment_intents');
    expect(answered.status).toBe(401);
    expect(answered.headers.get('www-authenticate')).toBe('Basic realm="Stripe"');
    expect(answered.json().error).toMatchObject({
      type: 'invalid_request_error',
      message: expect.stringContaining('You did not provide an API key.'),
    });
  });

  it.each(['sk_live_abcdefghijklmnop', 'rubbish', 'whsec_abc'])('%s is not one', async (key) => {
    const refused = await refusal(bench.client(key).paymentIntents.list());
    expect(refused).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
    expect(refused.message).toMatch(/^Invalid API Key provided: /);
  });

  it('are never repeated in full', async () => {
    const refused = await refusal(bench.client('sk_live_abcdefghijklmnop').paymentIntents.list());
    expect(refused.message).toBe('Invalid API Key provided: sk_live_************mnop');
  });

  it('can be narrowed to a single one', async () => {
    const strict = await Bench.start({ secretKey: 'sk_test_ours' });
    try {
      expect((await strict.client('sk_test_ours').paymentIntents.list()).data).toEqual([]);
      expect(await refusal(strict.client('sk_test_theirs').paymentIntents.list())).toMatchObject({ statusCode: 401 });
    } finally {
      await strict.close();
    }
  });
});

describe('The answers', () => {
  it('carry the headers that Stripe sends', async () => {
    const answered = await bench.curl(
      'POST',
      '/v1/payment_intents',
      { ...form, 'idempotency-key': 'k-1', 'stripe-version': '2026-10-28.endive' },
      'amount=2400&currency=eur',
    );
    expect(answered.status).toBe(200);
    expect(answered.headers.get('request-id')).toMatch(/^req_\w{14}$/);
    expect(answered.headers.get('stripe-version')).toBe('2026-10-28.endive');
    expect(answered.headers.get('idempotency-key')).toBe('k-1');
    expect(answered.headers.get('original-request')).toBe(answered.headers.get('request-id'));
    expect(answered.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answered.text).toMatch(/^\{\n {2}"id"/);
  });

  it('name the request in every error, and where to read about it', async () => {
    const answered = await bench.curl('POST', '/v1/payment_intents', form, 'amount=abc&currency=eur');
    expect(answered.json().error).toEqual({
      code: 'parameter_invalid_integer',
      doc_url: 'https://stripe.com/docs/error-codes/parameter-invalid-integer',
      message: 'Invalid integer: abc',
      param: 'amount',
      request_log_url: `https://dashboard.stripe.com/test/logs/${answered.headers.get('request-id')}`,
      type: 'invalid_request_error',
    });
  });

  it('know their routes only', async () => {
    const answered = await bench.curl('POST', '/v1/foo', form, 'a=b');
    expect(answered.status).toBe(404);
    expect(answered.json().error).toMatchObject({
      type: 'invalid_request_error',
      message: expect.stringMatching(/^Unrecognized request URL \(POST: \/v1\/foo\)\. /),
    });
    expect(answered.headers.get('request-id')).toMatch(/^req_/);
  });

  it('are forms in, JSON out', async () => {
    const answered = await bench.curl('POST', '/v1/payment_intents', { ...form, 'content-type': 'application/json' }, '{"amount":2400}');
    expect(answered.status).toBe(400);
    expect(answered.json().error.message).toContain('check that your POST content type is application/x-www-form-urlencoded');
  });

  it('open themselves to the browser of a customer', async () => {
    const answered = await bench.curl('OPTIONS', '/v1/payment_intents/pi_1/confirm');
    expect(answered.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('refuse a version that is none', async () => {
    const answered = await bench.curl('GET', '/v1/payment_intents', { ...form, 'stripe-version': 'latest' });
    expect(answered.json().error.message).toBe('Invalid Stripe API version: latest');
  });

  it('tell that the sandbox is well', async () => {
    expect((await bench.curl('GET', '/healthz')).json()).toEqual({ status: 'ok' });
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
  ])('%s is refused', async (body, code, param, message) => {
    const answered = await bench.curl('POST', '/v1/payment_intents', form, body);
    expect(answered.status).toBe(400);
    const { error } = answered.json();
    expect(error).toMatchObject({ type: 'invalid_request_error', param });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect((await bench.stripe.paymentIntents.list()).data).toHaveLength(0);
  });

  it('limit a page to a hundred', async () => {
    expect(await refusal(bench.stripe.paymentIntents.list({ limit: 101 }))).toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'limit',
      message: 'This value must be less than or equal to 100.',
    });
    expect(await refusal(bench.stripe.paymentIntents.list({ starting_after: 'pi_none' }))).toMatchObject({
      code: 'resource_missing',
      param: 'starting_after',
    });
  });

  it('limit metadata to 50 keys of 40 characters and values of 500', async () => {
    const { stripe } = bench;
    const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'x']));
    expect(Object.keys((await stripe.paymentIntents.create({ ...order, metadata: keys(50) })).metadata)).toHaveLength(50);
    expect(await refusal(stripe.paymentIntents.create({ ...order, metadata: keys(51) }))).toMatchObject({
      statusCode: 400,
      param: 'metadata',
    });
    expect(await refusal(stripe.paymentIntents.create({ ...order, metadata: { ['k'.repeat(41)]: 'x' } }))).toMatchObject({
      statusCode: 400,
    });
    expect((await refusal(stripe.paymentIntents.create({ ...order, metadata: { key: 'v'.repeat(501) } }))).message).toMatch(
      /^Metadata values can have up to 500 characters, but you passed in a value that is 501 characters\./,
    );
  });

  it('survive brackets, ampersands and umlauts', async () => {
    const metadata = { query: 'x[y]&z=%20', straße: 'Größe 100% + mehr', film: '🎬' };
    expect((await bench.stripe.paymentIntents.create({ ...order, metadata })).metadata).toEqual(metadata);
  });
});

describe('Objects that do not exist', () => {
  it.each([
    ['/v1/payment_intents/pi_none', "No such payment_intent: 'pi_none'", 'intent'],
    ['/v1/charges/ch_none', "No such charge: 'ch_none'", 'id'],
    ['/v1/refunds/re_none', "No such refund: 're_none'", 'refund'],
    ['/v1/events/evt_none', "No such event: 'evt_none'", 'id'],
    ['/v1/disputes/du_none', "No such dispute: 'du_none'", 'dispute'],
    ['/v1/payment_methods/pm_none', "No such PaymentMethod: 'pm_none'", 'payment_method'],
  ])('%s is missing', async (path, message, param) => {
    const answered = await bench.curl('GET', path, form);
    expect(answered.status).toBe(404);
    expect(answered.json().error).toMatchObject({ code: 'resource_missing', message, param });
  });
});
