/** A time as ZITADEL sends it and as a snapshot holds it: RFC 3339 in UTC, with up to nine digits of a second. */
export const RFC_3339_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
