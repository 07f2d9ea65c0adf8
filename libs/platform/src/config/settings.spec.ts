import { SettingsInvalid, loadSettings } from './load-settings.js';
import { Settings } from './settings.js';

const COMPLETE = { DATABASE_URL: 'postgres://cinema@127.0.0.1/cinema', JWT_SECRET: '0123456789abcdef0123456789abcdef' };

const settingsWith = (own: Record<string, string>): Settings => loadSettings({ ...COMPLETE, ...own }, [Settings]).get(Settings);

function faultsWith(own: Record<string, string | undefined>): readonly string[] {
  try {
    loadSettings({ ...COMPLETE, ...own }, [Settings]);
    return [];
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.faults;
    throw error;
  }
}

describe('The settings of the platform', () => {
  it('a database and a secret are enough', () => {
    expect(faultsWith({})).toEqual([]);
  });

  it('a placeholder is refused where a secret belongs', () => {
    for (const placeholder of [
      'change-me-change-me-change-me-change-me',
      'CHANGEME0123456789012345678901234567',
      'an-example-secret-0123456789012345',
      'placeholder-0123456789-0123456789-01',
    ]) {
      expect(faultsWith({ JWT_SECRET: placeholder })).toEqual(['JWT_SECRET still holds a placeholder']);
    }
    expect(faultsWith({ JWT_PREVIOUS_SECRET: 'change-me' })).toEqual(['JWT_PREVIOUS_SECRET still holds a placeholder']);
  });

  it('a short secret is refused, and an empty one counts as missing', () => {
    expect(faultsWith({ JWT_SECRET: 'x'.repeat(31) })).toEqual(['JWT_SECRET must have at least 32 characters']);
    expect(faultsWith({ JWT_SECRET: '   ' })).toEqual(['JWT_SECRET is required']);
  });

  it('a number must be whole and within its range', () => {
    for (const port of ['-1', '65536', '1.5', '1e3', '0x10', '١', 'NaN', '80 80'])
      expect(faultsWith({ PORT: port })).toEqual(['PORT must be a whole number from 0 to 65535']);
    expect(settingsWith({ PORT: ' 8080 ' }).http.port).toBe(8080);
    expect(faultsWith({ BROKER_RETRY_DELAYS_MS: '50,,100' })).toHaveLength(1);
    expect(settingsWith({ BROKER_RETRY_DELAYS_MS: '50, 100' }).broker.retryDelaysMs).toEqual([50, 100]);
  });

  it('fewer requests are admitted than there are connections', () => {
    expect(settingsWith({}).admission.maxAdmitted).toBe(12);
    expect(settingsWith({ DATABASE_POOL: '4' }).admission.maxAdmitted).toBe(3);
    expect(settingsWith({ DATABASE_POOL: '50' }).admission.maxAdmitted).toBe(40);
    expect(settingsWith({ DATABASE_POOL: '50', ADMITTED_REQUESTS: '49' }).admission.maxAdmitted).toBe(49);
    for (const admitted of ['50', '51', '400']) {
      expect(faultsWith({ DATABASE_POOL: '50', ADMITTED_REQUESTS: admitted })).toEqual([
        'ADMITTED_REQUESTS must be below DATABASE_POOL, which is 50',
      ]);
    }
    expect(settingsWith({}).admission).toMatchObject({ maxWaiting: 2_000, maxWaitMs: 8_000 });
    const short = { ADMISSION_WAITING: '0', ADMISSION_WAIT_MS: '100' };
    expect(settingsWith(short).admission).toMatchObject({ maxWaiting: 0, maxWaitMs: 100 });
  });

  it('the direct URL of the database is used where there is one', () => {
    expect(settingsWith({}).database.directUrl).toBe(COMPLETE.DATABASE_URL);
    expect(settingsWith({ DATABASE_DIRECT_URL: 'postgres://direct/cinema' }).database.directUrl).toBe('postgres://direct/cinema');
  });

  it('a pooler needs a direct URL, and prepares nothing unless told so', () => {
    const pooled = { DATABASE_POOLER: 'transaction', DATABASE_DIRECT_URL: 'postgres://direct/cinema' };
    expect(settingsWith({}).database).toMatchObject({ pooler: 'none', preparedStatements: true });
    expect(settingsWith(pooled).database).toMatchObject({ pooler: 'transaction', preparedStatements: false });
    expect(settingsWith({ ...pooled, DATABASE_PREPARED_STATEMENTS: 'true' }).database.preparedStatements).toBe(true);
    expect(faultsWith({ DATABASE_POOLER: 'transaction' })).toEqual(['DATABASE_DIRECT_URL is required where DATABASE_POOLER is set']);
  });

  it('RabbitMQ has one address or a list, not both', () => {
    const [first, second] = ['amqp://a:b@one', 'amqps://a:b@two/v'];
    expect(settingsWith({}).broker.amqpUrls).toEqual([]);
    expect(settingsWith({ AMQP_URL: first }).broker.amqpUrls).toEqual([first]);
    expect(settingsWith({ AMQP_URLS: `${first}, ${second}` }).broker.amqpUrls).toEqual([first, second]);
    expect(faultsWith({ AMQP_URL: first, AMQP_URLS: second })).toEqual(['AMQP_URLS must not be set together with AMQP_URL']);
    expect(faultsWith({ AMQP_URLS: `${first},http://c:d@three` })).toEqual([
      'AMQP_URLS must be URLs starting with amqp:// or amqps://, separated by commas',
    ]);
  });

  it('a password beside the URL may have any characters', () => {
    const password = 'p@ss/w#rd?: %41';
    const { database, broker } = settingsWith({
      DATABASE_PASSWORD: password,
      DATABASE_DIRECT_URL: 'postgres://cinema:old@direct/cinema',
      AMQP_URL: 'amqp://cinema@rabbit:5672/',
      AMQP_PASSWORD: password,
    });
    for (const url of [database.url, database.directUrl, ...broker.amqpUrls])
      expect(decodeURIComponent(new URL(url).password)).toBe(password);
    expect(new URL(database.directUrl).host).toBe('direct');
    expect(broker.amqpUrls).toHaveLength(1);
    expect(settingsWith({ AMQP_PASSWORD: password }).broker.amqpUrls).toEqual([]);
  });
});
