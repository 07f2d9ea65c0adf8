import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { anIntent } from '../testing/fake-card-payments.js';
import { OpenIntents } from './open-intents.js';

describe('OpenIntents', () => {
  const open = (intentId: string) => ({ ...anIntent({ intentId }), clientSecret: `${intentId}_secret` });

  it('an intent is remembered for five seconds, also when the clock is set back', () => {
    const clock = new FixedClock();
    const intents = new OpenIntents(clock);
    expect(intents.secretOf('pi_1')).toBeNull();
    expect(intents.remember(open('pi_1'))).toBe('pi_1_secret');
    clock.advance(4_999);
    expect(intents.secretOf('pi_1')).toBe('pi_1_secret');
    clock.advance(1);
    expect(intents.secretOf('pi_1')).toBeNull();
    intents.remember(open('pi_1'));
    clock.advance(-5_000);
    expect(intents.secretOf('pi_1')).toBeNull();
  });

  it('an intent that has ended is not remembered', () => {
    const intents = new OpenIntents(new FixedClock());
    intents.remember(open('pi_1'));
    intents.remember({ ...open('pi_1'), status: 'succeeded' });
    expect(intents.secretOf('pi_1')).toBeNull();
  });

  it('the oldest intent is forgotten beyond ten thousand', () => {
    const intents = new OpenIntents(new FixedClock());
    for (let i = 0; i <= 10_000; i++) intents.remember(open(`pi_${i}`));
    expect([intents.secretOf('pi_0'), intents.secretOf('pi_1')]).toEqual([null, 'pi_1_secret']);
  });
});
