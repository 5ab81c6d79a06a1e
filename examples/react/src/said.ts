/** `1 minute`, `2 minutes`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A moment, in seconds, as the reader writes it. */
export const moment = (seconds: number): string => new Date(seconds * 1000).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
