/// <reference lib="dom" />
/**
 * The requests of the page to its server.
 *
 * @module
 */
import type { Snapshot } from "../../snapshot/types.ts";

/** The server's token; absent if it needs none. */
export type Token = string | undefined;

/** The snapshot, or why there is none, for the reader. */
export type Answer =
  | { status: "ok"; snapshot: Snapshot }
  | { status: "refused" | "failed"; message: string };

/** The server's current snapshot. */
export async function fetchSnapshot(token: Token): Promise<Answer> {
  const response = await ask(token, "GET", "/v1/snapshot");
  if (!(response instanceof Response)) return response;
  try {
    return { status: "ok", snapshot: await response.json() as Snapshot };
  } catch {
    return { status: "failed", message: "The answer was cut off. Try again." };
  }
}

/** Lets the server read ZITADEL now, and fetches the result. */
export async function readAgain(token: Token): Promise<Answer> {
  const response = await ask(token, "POST", "/v1/refresh?wait=true");
  return response instanceof Response ? await fetchSnapshot(token) : response;
}

async function ask(
  token: Token,
  method: string,
  path: string,
): Promise<Response | Exclude<Answer, { status: "ok" }>> {
  // Other characters cannot be in a header, and the browser's own message would quote the token.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    return {
      status: "refused",
      message: "A token has letters, digits and signs only, without spaces.",
    };
  }
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      credentials: "omit",
      redirect: "error",
    });
  } catch {
    return { status: "failed", message: "The server does not answer. Is it still running?" };
  }
  if (response.ok) return response;
  if (response.status === 401) {
    return { status: "refused", message: "The server does not know this token." };
  }
  return { status: "failed", message: await readProblem(response) };
}

async function readProblem(response: Response): Promise<string> {
  try {
    const { detail, hint } = await response.json() as { detail?: unknown; hint?: unknown };
    return [detail, hint].filter((text) => typeof text === "string").join(". ");
  } catch {
    return `The server answered with status ${response.status}.`;
  }
}
