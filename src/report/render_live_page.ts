/**
 * The report that `serve` serves at `/`: the page without data. It asks for the server's token, and fetches `/v1/snapshot`
 * from the server.
 *
 * @module
 */
import { documentHead, documentTail, pagePolicy } from "./document.ts";

/** A page to serve. It holds no data, so anybody may have it. */
export interface LivePage {
  /** The document. */
  html: string;
  /** The header `Content-Security-Policy`: the policy in the document, and that no other page may frame it. */
  contentSecurityPolicy: string;
}

/** Makes the page. */
export function renderLivePage(): LivePage {
  const connect = "'self'";
  return {
    html: documentHead({ title: "Access report", connect }) + documentTail(),
    contentSecurityPolicy: `${pagePolicy({ connect })}; frame-ancestors 'none'`,
  };
}
