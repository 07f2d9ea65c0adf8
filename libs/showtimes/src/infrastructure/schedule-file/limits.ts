/** How large an imported schedule may be: a month of a theatre with ten rooms has about 1,500 showtimes, and all are written in one transaction. */
export const MAX_ROWS = 2_000;
/** 500 bytes a row. */
export const MAX_SCHEDULE_BYTES = 1_024 * 1_024;
