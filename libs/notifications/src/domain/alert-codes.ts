/** Alerts of this context. The rules that watch the log use the codes. */
export const MAIL_SERVER_AWAY = 'mail-server-away';
export const MAIL_GIVEN_UP = 'mail-given-up';
