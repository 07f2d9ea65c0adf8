import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

interface JsonOperation {
  readonly method: string;
  readonly path: string;
}

const ID = '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';

describe('A body without fields', () => {
  let system: InProcessSystem;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
  }, 60_000);
  afterAll(() => system?.close());

  /** Of the document: every operation that takes JSON. */
  async function jsonOperations(): Promise<JsonOperation[]> {
    const { paths } = await system.expectOk('GET', '//docs/openapi.json');
    return Object.entries(paths as Record<string, Record<string, { requestBody?: { content?: object } }>>).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { requestBody }]) => Object.keys(requestBody?.content ?? {}).includes('application/json'))
        .map(([method]) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, ID) })),
    );
  }

  it('every operation says of each missing field that it is required', async () => {
    const operations = await jsonOperations();
    const token = await system.adminToken();
    const others: object[] = [];
    let required = 0;
    for (const { method, path } of operations) {
      const { status, body } = await system.call(method, `/${path}`, { token, body: {} });
      expect({ method, path, status }).toEqual({ method, path, status: expect.any(Number) });
      expect(status).toBeLessThan(500);
      for (const fault of body?.errors ?? []) {
        if (fault.rule === 'required' && fault.message === 'is required') required++;
        else others.push({ method, path, fault });
      }
    }
    // Control: the document names the operations, and most of them have required fields.
    expect(operations.length).toBeGreaterThan(15);
    expect(required).toBeGreaterThan(15);
    // A choice between fields, and Stripe's signature, are asked for in other words.
    expect(others.filter(({ fault }: { fault?: { rule: string } }) => fault?.rule !== 'oneOf' && fault?.rule !== 'signature')).toEqual([]);
  });
});
