/**
 * Makes the picture in the README: the overview of the demo's report, in Debian's Chromium.
 *
 * Usage: `deno run -A tools/picture.ts`
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { renderReport } from "../src/report/render_report.ts";
import { openFile } from "../tests/full/browser.ts";
import { verifiedDemoSnapshot } from "../tests/helpers/report_snapshots.ts";

const snapshot = await verifiedDemoSnapshot();
snapshot.instance.url = "https://acme.zitadel.cloud";
const html = [...renderReport({ snapshot })].join("");
await using opened = await openFile(html, {
  colorScheme: "light",
  viewport: { width: 1200, height: 720 },
});
await writeFile("docs/report.png", await opened.page.screenshot());
