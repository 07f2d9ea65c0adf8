import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { anIntent } from '../testing/fake-card-payments.js';
import { RecentClientSecrets } from './recent-client-secrets.js';

describe('Recent client secrets', () => {
  const open = (intentId: string) => ({ ...anIntent({ intentId }), clientSecret: `${intentId}_secret` });

  it('an intent is remembered for five seconds, also when the clock is set back', () => {
    const clock = new FixedClock();
    const secrets = new RecentClientSecrets(clock);
    expect(secrets.secretOf('pi_1')).toBeNull();
    expect(secrets.remember(open('pi_1'))).toBe('pi_1_secret');
    clock.advance(4_999);
    expect(secrets.secretOf('pi_1')).toBe('pi_1_secret');
    clock.advance(1);
    expect(secrets.secretOf('pi_1')).toBeNull();
    secrets.remember(open('pi_1'));
    clock.advance(-5_000);
    expect(secrets.secretOf('pi_1')).toBeNull();
  });

  it('an intent that has ended is not remembered', () => {
    const secrets = new RecentClientSecrets(new FixedClock());
    secrets.remember(open('pi_1'));
    secrets.remember({ ...open('pi_1'), status: 'succeeded' });
    expect(secrets.secretOf('pi_1')).toBeNull();
  });

  it('the oldest intent is forgotten beyond ten thousand', () => {
    const secrets = new RecentClientSecrets(new FixedClock());
    for (let i = 0; i <= 10_000; i++) secrets.remember(open(`pi_${i}`));
    expect([secrets.secretOf('pi_0'), secrets.secretOf('pi_1')]).toEqual([null, 'pi_1_secret']);
  });
});
