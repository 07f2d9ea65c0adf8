/** The language of users who chose none. It is always there: `MailLanguages` says which others are. */
export const DEFAULT_LANGUAGE = 'en';
