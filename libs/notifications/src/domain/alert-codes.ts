/** The alerts of notifications. The codes are stable: the rules that watch the log use them. */
export const MAIL_SERVER_AWAY = 'mail-server-away';
export const MAIL_GIVEN_UP = 'mail-given-up';
