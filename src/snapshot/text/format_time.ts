/**
 * Times for people.
 *
 * @module
 */
const day = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const minute = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

/** The day of a time, such as `5 Jan 2026`. */
export function formatDay(time: string): string {
  return day.format(new Date(time));
}

/** A time to the minute, such as `5 Jan 2026, 09:04 UTC`. */
export function formatMinute(time: string): string {
  return `${minute.format(new Date(time))} UTC`;
}
