import { createHash } from 'node:crypto';

/** The reason for a declined payment. The codes are listed at https://docs.stripe.com/declines/codes. */
export interface Decline {
  code: string;
  declineCode?: string;
  message: string;
  adviceCode?: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later';
  /** Stripe blocks the payment before it reaches the bank. */
  blocked?: true;
}

/** A test card of https://docs.stripe.com/testing, with the results that its payments have. */
export interface TestCard {
  names: string[];
  number: string;
  brand: string;
  funding: 'credit' | 'debit' | 'prepaid';
  country: string;
  decline?: Decline;
  authentication?: 'always' | 'unless_off_session';
  dispute?: 'fraudulent' | 'product_not_received' | 'inquiry';
  refund?: 'pending' | 'fails';
}

function cardDeclined(
  declineCode: string,
  { adviceCode = 'try_again_later', message = 'Your card was declined.' }: Partial<Pick<Decline, 'adviceCode' | 'message'>> = {},
): Decline {
  return { code: 'card_declined', declineCode, message, adviceCode };
}

const INSUFFICIENT_FUNDS = cardDeclined('insufficient_funds', { message: 'Your card has insufficient funds.' });

/** Returns a Visa credit card of the US, with the given differences. */
function testCard(number: string, names: string[], differences: Partial<TestCard> = {}): TestCard {
  return { names, number, brand: 'visa', funding: 'credit', country: 'US', ...differences };
}

const TEST_CARDS: TestCard[] = [
  testCard('4242424242424242', ['pm_card_visa']),
  testCard('4000056655665556', ['pm_card_visa_debit', 'pm_card_debit'], { funding: 'debit' }),
  testCard('5555555555554444', ['pm_card_mastercard'], { brand: 'mastercard' }),
  testCard('5200828282828210', ['pm_card_mastercard_debit'], { brand: 'mastercard', funding: 'debit' }),
  testCard('5105105105105100', ['pm_card_mastercard_prepaid'], { brand: 'mastercard', funding: 'prepaid' }),
  testCard('378282246310005', ['pm_card_amex'], { brand: 'amex' }),
  testCard('6011111111111117', ['pm_card_discover'], { brand: 'discover' }),
  testCard('3056930009020004', ['pm_card_diners'], { brand: 'diners' }),
  testCard('3566002020360505', ['pm_card_jcb'], { brand: 'jcb', country: 'JP' }),
  testCard('6200000000000005', ['pm_card_unionpay'], { brand: 'unionpay', country: 'CN' }),
  testCard('4000008260000000', ['pm_card_gb'], { country: 'GB' }),
  testCard('4000002760000016', ['pm_card_de'], { country: 'DE' }),
  testCard('4000000000000077', ['pm_card_bypassPending']),

  testCard('4000000000000002', ['pm_card_visa_chargeDeclined', 'pm_card_chargeDeclined'], { decline: cardDeclined('generic_decline') }),
  testCard('4000000000009995', ['pm_card_visa_chargeDeclinedInsufficientFunds', 'pm_card_chargeDeclinedInsufficientFunds'], {
    decline: INSUFFICIENT_FUNDS,
  }),
  testCard('4000000000009987', ['pm_card_visa_chargeDeclinedLostCard', 'pm_card_chargeDeclinedLostCard'], {
    decline: cardDeclined('lost_card', { adviceCode: 'do_not_try_again' }),
  }),
  testCard('4000000000009979', ['pm_card_visa_chargeDeclinedStolenCard', 'pm_card_chargeDeclinedStolenCard'], {
    decline: cardDeclined('stolen_card', { adviceCode: 'do_not_try_again' }),
  }),
  testCard('4000000000006975', ['pm_card_visa_chargeDeclinedVelocityLimitExceeded'], {
    decline: cardDeclined('card_velocity_exceeded', {
      message: 'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
    }),
  }),
  testCard('4000000000000069', ['pm_card_chargeDeclinedExpiredCard', 'pm_card_visa_chargeDeclinedExpiredCard'], {
    decline: { code: 'expired_card', message: 'Your card has expired.', adviceCode: 'do_not_try_again' },
  }),
  testCard('4000000000000127', ['pm_card_chargeDeclinedIncorrectCvc', 'pm_card_visa_chargeDeclinedIncorrectCvc'], {
    decline: { code: 'incorrect_cvc', message: "Your card's security code is incorrect.", adviceCode: 'confirm_card_data' },
  }),
  testCard('4000000000000119', ['pm_card_chargeDeclinedProcessingError', 'pm_card_visa_chargeDeclinedProcessingError'], {
    decline: {
      code: 'processing_error',
      message: 'An error occurred while processing your card. Try again in a little bit.',
      adviceCode: 'try_again_later',
    },
  }),
  testCard('4100000000000019', ['pm_card_radarBlock', 'pm_card_chargeDeclinedFraudulent'], {
    decline: { ...cardDeclined('fraudulent', { adviceCode: 'do_not_try_again' }), blocked: true },
  }),
  testCard('4000000000000341', ['pm_card_chargeCustomerFail'], { decline: cardDeclined('generic_decline') }),

  testCard('4000002500003155', ['pm_card_authenticationRequiredOnSetup'], { authentication: 'unless_off_session' }),
  testCard('4000002760003184', ['pm_card_authenticationRequired'], { authentication: 'always' }),
  testCard('4000000000003220', ['pm_card_threeDSecure2Required'], { authentication: 'always' }),
  testCard('4000000000003063', ['pm_card_threeDSecureRequired'], { authentication: 'always' }),
  testCard('4000000000003055', ['pm_card_threeDSecureOptional']),
  testCard('4000008400001629', ['pm_card_threeDSecureRequiredChargeDeclined'], {
    authentication: 'always',
    decline: cardDeclined('generic_decline'),
  }),
  testCard('4000008260003178', ['pm_card_authenticationRequiredChargeDeclinedInsufficientFunds'], {
    authentication: 'always',
    decline: INSUFFICIENT_FUNDS,
  }),

  testCard('4000000000000259', ['pm_card_createDispute'], { dispute: 'fraudulent' }),
  testCard('4000000000002685', ['pm_card_createDisputeProductNotReceived'], { dispute: 'product_not_received' }),
  testCard('4000000000001976', ['pm_card_createDisputeInquiry'], { dispute: 'inquiry' }),

  testCard('4000000000007726', ['pm_card_pendingRefund'], { refund: 'pending' }),
  testCard('4000000000005126', ['pm_card_refundFail'], { refund: 'fails' }),
];

/** Cards with the same number have the same fingerprint. A charge contains the fingerprint of its card. */
export function fingerprintOf(card: TestCard): string {
  const hash = createHash('sha256').update(card.number).digest('base64');
  return hash.replace(/[^A-Za-z0-9]/g, '').slice(0, 16);
}

const CARDS_BY_NAME = new Map(TEST_CARDS.flatMap((card) => card.names.map((name) => [name, card] as const)));
const CARDS_BY_NUMBER = new Map(TEST_CARDS.map((card) => [card.number, card]));
const CARDS_BY_FINGERPRINT = new Map(TEST_CARDS.map((card) => [fingerprintOf(card), card]));

export function findCardByName(name: string): TestCard | undefined {
  return CARDS_BY_NAME.get(name);
}

export function findCardByNumber(number: string): TestCard | undefined {
  return CARDS_BY_NUMBER.get(number.replaceAll(' ', ''));
}

/** Throws an Error when no test card has the fingerprint. */
export function cardByFingerprint(fingerprint: string | null | undefined): TestCard {
  const card = CARDS_BY_FINGERPRINT.get(fingerprint ?? '');
  if (card === undefined) throw new Error(`No test card has the fingerprint ${fingerprint}.`);
  return card;
}
