const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";
const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const CLOCK = "\\d\\d:\\d\\d:\\d\\d";

/** The three forms of RFC 9110, 5.6.7. */
const HTTP_DATE = new RegExp(
  `^(?:${DAY}, \\d\\d ${MONTH} \\d{4} ${CLOCK} GMT` +
    `|${LONG_DAY}, \\d\\d-${MONTH}-\\d\\d ${CLOCK} GMT` +
    `|${DAY} ${MONTH} [ \\d]\\d ${CLOCK} \\d{4})$`,
);

/** The time of an HTTP date in milliseconds since 1970; `NaN` for any other text, although `Date.parse` takes "2030". */
export function parseHttpDate(text: string): number {
  if (!HTTP_DATE.test(text)) return NaN;
  return Date.parse(text.endsWith(" GMT") ? text : `${text} GMT`);
}
