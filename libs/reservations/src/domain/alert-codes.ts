/** The alerts of reservations. The codes are stable: the rules that watch the log use them. */
export const PAYMENT_NOT_SETTLED = 'payment-not-settled';
export const RESERVATION_NOT_ENDED = 'reservation-not-ended';
