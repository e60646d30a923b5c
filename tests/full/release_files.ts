/**
 * Folders behind a port, as a site with releases lays them out.
 *
 * @module
 */
import { join } from "node:path";
import { listen, type Listener } from "../simulator/listen.ts";

/** Serves `latest/download/…` and `download/v<version>/…` from a folder; `asked` grows with each path. */
export function serveReleases(folder: string, version: string, asked: string[]): Promise<Listener> {
  const prefix = new RegExp(`^/(?:latest/download|download/v${version.replaceAll(".", "\\.")})/`);
  return listen({
    async fetch(request) {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      if (!prefix.test(pathname)) return new Response(null, { status: 404 });
      try {
        return new Response(await Deno.readFile(join(folder, pathname.replace(prefix, ""))));
      } catch {
        return new Response(null, { status: 404 });
      }
    },
  });
}
