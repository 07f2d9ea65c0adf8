import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

describe('Texts', () => {
  let system: InProcessSystem;
  let token: string;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    token = await system.adminToken();
  }, 60_000);
  afterAll(() => system?.close());

  const movieWith = (own: object) => ({ title: 'Arrival', description: '', runtimeMinutes: 116, ...own });
  const requestsWith = (text: string): (readonly [path: string, body: object, pointer: string])[] => [
    ['/movies', movieWith({ title: text }), '/title'],
    ['/movies', movieWith({ ageRating: text }), '/ageRating'],
    ['/genres', { name: text }, '/name'],
    ['/theatres', { name: text, timeZone: 'Europe/Berlin', currency: 'EUR' }, '/name'],
    ['/auth/register', { email: 'ada@example.org', password: 'seven quiet rows', fullName: text }, '/fullName'],
  ];

  it.each(['', ' ', '\u200b', '\u200b \u00ad', '\u0301', '\ufeff\u2060', '\u3164'])(
    'a required text of %j, which shows nothing, is refused',
    async (text) => {
      for (const [path, body, pointer] of requestsWith(text)) {
        const refused = await system.post(path, body, { token });
        expect([path, refused.status, refused.body.errors]).toEqual([
          path,
          400,
          [{ pointer, rule: 'notEmpty', message: 'must not be empty' }],
        ]);
      }
    },
  );

  it('characters are counted as people write them, not as bytes or code units', async () => {
    for (const [character, max] of [
      ['é', 60],
      ['🎬', 60],
      ['e\u0301', 60],
    ] as const) {
      expect([201, 409]).toContain((await system.post('/genres', { name: character.repeat(max) }, { token })).status);
      const refused = await system.post('/genres', { name: character.repeat(max + 1) }, { token });
      expect(refused.body.errors).toEqual([{ pointer: '/name', rule: 'maxLength', message: 'must have at most 60 characters' }]);
    }
    const account = { email: 'length@example.org', fullName: 'Ada' };
    expect((await system.post('/auth/register', { ...account, password: '🎬'.repeat(7) })).body.errors).toMatchObject([
      { rule: 'minLength' },
    ]);
    expect((await system.post('/auth/register', { ...account, password: '🎬'.repeat(128) })).status).toBe(201);
  });

  it('a text that is too long is not called missing, nor a missing one too long', async () => {
    expect((await system.post('/movies', movieWith({ title: 'x'.repeat(301) }), { token })).body.errors).toMatchObject([
      { rule: 'maxLength' },
    ]);
    expect((await system.post('/movies', movieWith({ title: undefined }), { token })).body.errors).toEqual([
      { pointer: '/title', rule: 'required', message: 'is required' },
    ]);
    expect((await system.post('/movies', movieWith({ title: 7 }), { token })).body.errors).toMatchObject([{ rule: 'string' }]);
  });
});
