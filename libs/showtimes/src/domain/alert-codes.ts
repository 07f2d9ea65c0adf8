/** The alerts of showtimes. The codes are stable: the rules that watch the log use them. */
export const END_NOT_CORRECTED = 'showtime-end-not-corrected';
