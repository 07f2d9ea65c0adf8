export { RefundAsGoodwill } from './application/commands/refund-as-goodwill.js';
export { ReplayStripeEvent } from './application/commands/replay-stripe-event.js';
export { RetryRefunds } from './application/commands/retry-refunds.js';
export { RefundsForAdmin } from './application/queries/refunds-for-admin.js';
export { StripeEventsForAdmin } from './application/queries/stripe-events-for-admin.js';
export { StripeComparison } from './application/stripe-comparison.js';
export { PaymentsSettings } from './payments.settings.js';
export { PaymentsApi, PaymentsModule, PaymentsWorker } from './payments.module.js';
export { stripeFindings } from './infrastructure/stripe-findings.js';
