import { loadSettings } from '@app/platform/config/load-settings.js';
import { PaymentsSettings } from './payments.settings.js';

const COMPLETE = {
  STRIPE_SECRET_KEY: 'sk_test_0123456789abcdef',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef',
};

const settingsWith = (own: Record<string, string>): PaymentsSettings =>
  loadSettings({ ...COMPLETE, ...own }, [PaymentsSettings]).get(PaymentsSettings);

describe('The settings of payments', () => {
  it('two webhook secrets are accepted while one replaces the other', () => {
    expect(settingsWith({ STRIPE_WEBHOOK_PREVIOUS_SECRET: 'whsec_fedcba9876543210' }).stripe.webhookSecrets).toEqual([
      COMPLETE.STRIPE_WEBHOOK_SECRET,
      'whsec_fedcba9876543210',
    ]);
  });

  it('keys and secrets may have the characters of base64', () => {
    const { secretKey, publishableKey, webhookSecrets } = settingsWith({
      STRIPE_SECRET_KEY: 'sk_test_of-another-server',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_of-another-server',
      STRIPE_WEBHOOK_SECRET: 'whsec_Zm9v+/-_YmFy==',
    }).stripe;
    expect([secretKey, publishableKey, webhookSecrets]).toEqual([
      'sk_test_of-another-server',
      'pk_test_of-another-server',
      ['whsec_Zm9v+/-_YmFy=='],
    ]);
    expect(() => settingsWith({ STRIPE_SECRET_KEY: 'sk_test_two words' })).toThrow('STRIPE_SECRET_KEY');
  });

  it('an empty previous webhook secret counts as missing', () => {
    expect(settingsWith({ STRIPE_WEBHOOK_PREVIOUS_SECRET: '' }).stripe.webhookSecrets).toEqual([COMPLETE.STRIPE_WEBHOOK_SECRET]);
  });
});
