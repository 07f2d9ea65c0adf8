import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

describe('Requests for a new password', () => {
  let system: InProcessSystem;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, env: { PASSWORD_RESET_PER_EMAIL_PER_HOUR: '2', TRUSTED_PROXY_HOPS: '1' } });
  });
  afterAll(() => system?.close());
  const request = async (email: string, address: string): Promise<number> => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
    return (await fetch(`${system.url}/api/v1/auth/password-reset`, { method: 'POST', headers, body: JSON.stringify({ email }) })).status;
  };

  it('an attacker uses up no request of the owner, and an inbox gets so many in all', async () => {
    const { id, email } = await system.registerCustomer();
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push(await request(email, '198.51.100.1'));
    expect(statuses).toEqual([204, 204, 429]);
    expect(await request(email, '198.51.100.2')).toBe(204);
    const many: number[] = [];
    for (let i = 10; i < 16; i++) many.push(await request(email, `198.51.100.${i}`));
    expect(many).toEqual([204, 204, 204, 204, 204, 429]);
    const links = await system.sql(`SELECT FROM messaging.outbox WHERE subject = $1 AND type = 'auth.password-reset-requested.v1'`, [id]);
    expect(links).toHaveLength(8);
  });
});
