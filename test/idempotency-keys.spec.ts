/** Every operation that creates honours an `Idempotency-Key`, or says in its description or its refusal that it does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** Decisions 2, 20 and 22 say why. */
const WITHOUT_KEY = ['createApiKey', 'createWebhookEndpoint', 'startPayment'];

function createdWithoutKey(paths: Paths): string[] {
  return Object.values(paths).flatMap((methods) =>
    Object.values(methods)
      .filter(({ responses, parameters = [] }) => '201' in responses && !parameters.some(({ name }) => name === 'Idempotency-Key'))
      .map(({ operationId }) => operationId),
  );
}

describe('Idempotency keys', () => {
  it('every operation that creates honours a key, or is known not to', () => {
    const { paths } = JSON.parse(readFileSync(join(import.meta.dirname, '../docs/openapi.json'), 'utf8')) as { paths: Paths };
    expect(createdWithoutKey(paths).sort()).toEqual(WITHOUT_KEY);
  });

  it('an operation that creates without a key is found', () => {
    const post = { operationId: 'addSnack', responses: { 201: {} } };
    expect(createdWithoutKey({ '/snacks': { post } })).toEqual(['addSnack']);
    expect(createdWithoutKey({ '/snacks': { post: { ...post, parameters: [{ name: 'Idempotency-Key' }] } } })).toEqual([]);
  });
});
