/**
 * The HTML around the page's script and style, with the policy that binds it.
 *
 * @module
 */
import { escapeHtml } from "../snapshot/text/escape_html.ts";
import { PAGE_SCRIPT, PAGE_SCRIPT_HASH, PAGE_STYLE, PAGE_STYLE_HASH } from "./page_text.ts";

/** The differences between the report file and the page that is served. */
export interface DocumentOptions {
  title: string;
  /** Where the script may fetch from; nowhere by default. */
  connect?: "'self'";
}

/**
 * The Content-Security-Policy of the page: its own script and style and nothing else, no request but to `connect`.
 *
 * It demands Trusted Types and allows none, so that no text can become markup, not even by mistake.
 */
export function pagePolicy({ connect }: Pick<DocumentOptions, "connect"> = {}): string {
  return [
    "default-src 'none'",
    `script-src '${PAGE_SCRIPT_HASH}'`,
    `style-src '${PAGE_STYLE_HASH}'`,
    "img-src data:",
    ...(connect === undefined ? [] : [`connect-src ${connect}`]),
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

export function documentHead({ title, connect }: DocumentOptions): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${
    pagePolicy(connect === undefined ? {} : { connect })
  }">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<noscript><p>This report is a page with a script of its own, and needs JavaScript. It sends nothing anywhere.</p></noscript>
`;
}

export function documentTail(): string {
  return `<script type="module">${PAGE_SCRIPT}</script>
</body>
</html>
`;
}
