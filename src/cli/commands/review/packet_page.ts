import type { Snapshot } from "../../../snapshot/types.ts";
import { listReviewRemarks, type ReviewPacket } from "../../../snapshot/review/packets.ts";
import { formatDay, formatMinute } from "../../../snapshot/text/format_time.ts";
import { formatOrganization } from "../../output/result.ts";
import { escapeControlCharacters } from "../../output/escape_control_characters.ts";
import { escapeHtml } from "../../../snapshot/text/escape_html.ts";
import { formatCount } from "../../../snapshot/text/format_count.ts";

/**
 * Renders a packet as a page to print: the rows of its CSV, with boxes to tick and lines to sign. It runs no script and
 * sends no request.
 */
export function* reviewPage(
  packet: ReviewPacket,
  snapshot: Snapshot,
): Generator<string, void, undefined> {
  const { reviewer, holdings, ownGrants } = packet;
  const title = `${TITLE}${reviewer}`;
  const own = ownGrants.size === 0
    ? ""
    : ` ${
      formatCount(ownGrants.size, "row")
    } in bold: the reviewer's own access, for somebody else to decide on.`;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${html(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${html(title)}</h1>
<p>${html(formatOrganization(snapshot))}, as of ${html(formatMinute(snapshot.completedAt))}:
${html(formatCount(holdings.length, "grant"))}. Tick keep or remove in every row.${html(own)}</p>
<table>
<thead><tr>${HEADINGS.map((heading) => `<th scope="col">${heading}</th>`).join("")}</tr></thead>
<tbody>
`;
  for (const holding of holdings) {
    const cells = [
      holding.group,
      holding.user,
      [holding.username, holding.email].filter((text) => text !== undefined).join(" "),
      holding.roleName === undefined ? holding.role : `${holding.role} (${holding.roleName})`,
      [holding.state, ...listReviewRemarks(packet, holding)].join("; "),
    ];
    yield `<tr${ownGrants.has(holding.id) ? ' class="own"' : ""}>${
      cells.map((cell) => `<td><bdi>${html(cell)}</bdi></td>`).join("")
    }` +
      `<td class="day">${html(holding.since === undefined ? "" : formatDay(holding.since))}</td>` +
      `<td class="box">☐</td><td class="box">☐</td><td class="comment"></td></tr>\n`;
  }
  yield `</tbody>
</table>
<table class="signature">
${SIGNATURE.map((line) => `<tr><th scope="row">${line}</th><td></td></tr>`).join("\n")}
</table>
<p class="digest">Snapshot ${html(snapshot.digest)}</p>
</body>
</html>
`;
}

/** Whether a page is one that {@linkcode reviewPage} wrote. */
export function isReviewPage(page: string): boolean {
  return page.includes(`<title>${html(TITLE)}`);
}

const TITLE = "Access review: ";

const HEADINGS = [
  "Project",
  "User",
  "Account",
  "Role",
  "State",
  "Since",
  "Keep",
  "Remove",
  "Comment",
];

/** The lines that the reviewer fills in by hand. */
const SIGNATURE = ["Name", "Date", "Signature"];

const STYLE = `
:root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif; }
body { margin: 1.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #8886; padding: .2rem .5rem; text-align: start; vertical-align: top; }
th, .day { white-space: nowrap; }
td { overflow-wrap: anywhere; min-width: 6rem; }
td:nth-child(3) { min-width: 12rem; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.box { min-width: 0; text-align: center; font-size: 1.2rem; }
.comment { min-width: 10rem; }
.own { font-weight: bold; }
.signature { width: 24rem; margin-top: 2rem; break-inside: avoid; }
.signature th { width: 6rem; }
.signature td { height: 2.5rem; }
.digest { overflow-wrap: anywhere; }
`;

function html(text: string): string {
  return escapeHtml(escapeControlCharacters(text));
}
