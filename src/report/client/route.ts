/// <reference lib="dom" />
/**
 * Where in the report the reader is: kept in the part of the address after `#`, which is never sent anywhere.
 *
 * @module
 */

/** A place in the report. */
export interface Route {
  /** Which view. */
  view: string;
  /** Of whom or what. */
  id?: string;
  /** What is filtered and sorted. */
  query: URLSearchParams;
}

/** The address of a place. */
export function buildHref(view: string, id?: string, query: Record<string, string> = {}): string {
  const text = new URLSearchParams(query).toString();
  return `#/${view}${id === undefined ? "" : `/${encodeURIComponent(id.toWellFormed())}`}${
    text && `?${text}`
  }`;
}

/** The place that an address means. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [view = "", ...rest] = path.split("/");
  const route: Route = { view, query: new URLSearchParams(query) };
  if (rest.length > 0) route.id = decoded(rest.join("/"));
  return route;
}

/** Notes a filter in the address, without a step in the reader's history. */
export function rememberQuery(changes: Record<string, string>): void {
  const { view, id, query } = parseRoute(location.hash);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  history.replaceState(null, "", buildHref(view, id, Object.fromEntries(query)));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
