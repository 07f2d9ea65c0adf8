import { vi } from 'vitest';
import { PinoLogger } from 'nestjs-pino';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

describe('The line of a request', () => {
  let system: InProcessSystem;
  const lines: { req: Record<string, unknown>; res: Record<string, unknown> }[] = [];

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, env: { LOG_SUCCESSFUL_GETS_PERCENT: '25' } });
    vi.spyOn(PinoLogger.root, 'info').mockImplementation((line: unknown) => void lines.push(line as (typeof lines)[number]));
  }, 60_000);
  afterAll(async () => {
    vi.restoreAllMocks();
    await system.close();
  });

  beforeEach(() => void lines.splice(0));

  it('a log line has the user, the address, the status and the problem code', async () => {
    const customer = await system.registerCustomer();
    await system.get('/users?limit=1', { token: customer.token });
    for (let i = 0; i < 4; i++) await system.get('/movies?q=secret');
    await system.get('//readyz');
    const lineOf = (url: string) => lines.find(({ req }) => req['url'] === url);
    expect(lineOf('/api/v1/users')).toMatchObject({
      req: { method: 'GET', user: customer.id, address: '127.0.0.1' },
      res: { statusCode: 403, code: expect.stringMatching(/^auth\./) },
    });
    expect(lineOf('/api/v1/movies')).toMatchObject({ res: { statusCode: 200 } });
    expect(lineOf('/api/v1/movies')?.req).not.toHaveProperty('user');
    expect(lineOf('/readyz')).toBeUndefined();
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('of GETs that succeed as many have a line as is set, and of others each', async () => {
    await system.registerCustomer();
    const before = lines.length;
    expect(before).toBe(2);
    for (let i = 0; i < 8; i++) await system.get('/genres');
    expect(lines).toHaveLength(before + 2);
    for (let i = 0; i < 3; i++) await system.get('/movies/nowhere');
    expect(lines).toHaveLength(before + 5);
  });
});
