import { randomUUID } from 'node:crypto';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const newEmail = () => `${randomUUID()}@example.org`;

describe('Mails of registrations', () => {
  let system: InProcessSystem;
  beforeAll(async () => {
    system = await startInProcessSystem({
      worker: false,
      env: { PASSWORD_RESET_PER_EMAIL_PER_HOUR: '2', EMAIL_VERIFICATION_PER_EMAIL_PER_HOUR: '2' },
    });
  });
  afterAll(() => system?.close());
  const linksOf = (userId: string) =>
    system.sql(`SELECT FROM messaging.outbox WHERE subject = $1 AND type = 'auth.email-verification-requested.v1'`, [userId]);

  it('an address that is registered again and again gets no more mails than the limit', async () => {
    const email = newEmail();
    const register = (password: string) => system.post('/auth/register', { email, password, fullName: 'A Customer' });
    // One that is refused sends no mail.
    for (let i = 0; i < 3; i++) expect((await register('password1')).status).toBe(422);
    const links: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { status, body } = await register('seven quiet rows');
      expect(status).toBe(201);
      links.push((await linksOf(body.id)).length);
      await system.sql('UPDATE auth.users SET email = $2 WHERE id = $1', [body.id, newEmail()]);
    }
    expect(links).toEqual([1, 1, 0]);
  });

  it.each(['password-reset', 'email-verification'])('%s of an unknown address is limited as of a known one', async (path) => {
    const email = newEmail();
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await system.post(`/auth/${path}`, { email })).status);
    expect(statuses).toEqual([204, 204, 429]);
  });
});
