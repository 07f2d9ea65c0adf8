import { MoneyView } from '@app/platform/http/money.view.js';

/** Members that refusals of payments add to a problem. */
export class PaymentProblemMembers {
  /** What can be recorded as paid out now, on `payments.paid-out-amount-differs`. */
  rest?: MoneyView;
}
