/// <reference lib="dom" />
/**
 * The place of the reader in the report. It is in the part of the address after `#`, which is never sent anywhere.
 *
 * @module
 */

export interface Route {
  view: string;
  /** The id of its subject. */
  id?: string;
  /** Filters and order. */
  query: URLSearchParams;
}

export function buildHref(view: string, id?: string, query: Record<string, string> = {}): string {
  const text = new URLSearchParams(query).toString();
  return `#/${view}${id === undefined ? "" : `/${encodeURIComponent(id.toWellFormed())}`}${
    text && `?${text}`
  }`;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [view = "", ...rest] = path.split("/");
  const route: Route = { view, query: new URLSearchParams(query) };
  if (rest.length > 0) route.id = decoded(rest.join("/"));
  return route;
}

/** Writes a filter into the address, without a step in the reader's history. */
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
