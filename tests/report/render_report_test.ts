import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { serializeSnapshot, type Snapshot, SyncError } from "../../mod.ts";
import { buildPage } from "../../tools/build_page.ts";
import { renderLivePage } from "../../src/report/render_live_page.ts";
import { renderReport, type ReportOptions } from "../../src/report/render_report.ts";
import {
  demoSnapshot,
  earlierDemoSnapshot,
  hostileSnapshot,
  randomSnapshot,
} from "../helpers/report_snapshots.ts";

function renderHtml(options: ReportOptions): string {
  return [...renderReport(options)].join("");
}

/** The elements `<script>` and `<style>` of a document, as a browser finds their ends. */
function rawElements(html: string): { attributes: string; text: string }[] {
  return [...html.matchAll(/<(?:script|style)([^>]*)>([\s\S]*?)<\/(?:script|style)/g)]
    .map(([, attributes = "", text = ""]) => ({ attributes, text }));
}

function readEmbedded(html: string, id: string): unknown {
  const found = rawElements(html).filter(({ attributes }) => attributes.includes(`id="${id}"`));
  assertEquals(found.length, 1);
  return JSON.parse(found[0]!.text);
}

function readPolicy(html: string): string[] {
  const [, content = ""] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/
    .exec(html)!;
  return content.split("; ");
}

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

describe("report file", () => {
  it("page_text.ts is, byte for byte, what the page's sources make", async () => {
    const url = new URL("../../src/report/page_text.ts", import.meta.url);
    assertEquals(await readFile(url, "utf8"), await buildPage());
  });

  it("renderReport() lets its own script and style run, by their hashes, and nothing else", async () => {
    const html = renderHtml({ snapshot: await demoSnapshot() });
    const [style, snapshot, more, script, ...others] = rawElements(html);
    assertEquals(others, []);
    assertEquals(snapshot!.attributes, ' type="application/json" id="snapshot"');
    assertEquals(more!.attributes, ' type="application/json" id="more"');
    assertEquals(script!.attributes, ' type="module"');
    assertEquals(readPolicy(html), [
      "default-src 'none'",
      `script-src ${hash(script!.text)}`,
      `style-src ${hash(style!.text)}`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    assert(!/<[a-z][^>]*\s(?:style|on[a-z]+)=/.test(html.slice(0, html.indexOf("<style"))));
  });

  it("renderReport() names nothing that a browser would fetch", async () => {
    const html = renderHtml({ snapshot: await demoSnapshot() });
    const markup = rawElements(html).reduce((rest, { text }) => rest.replace(text, ""), html);
    assertEquals(markup.match(/(?:src|href|action)="[^"]*"/g), ['href="data:,"']);
    const [style] = rawElements(html);
    assert(!/url\(|@import/.test(style!.text));
  });

  it("renderReport() carries hostile names as data that ends no element and loses nothing", async () => {
    const snapshot = await hostileSnapshot();
    const html = renderHtml({ snapshot, baseline: await earlierDemoSnapshot() });
    assertEquals(rawElements(html).length, 4);
    assertEquals(readEmbedded(html, "snapshot") as Snapshot, snapshot);
    for (const { text } of rawElements(html).slice(1, 3)) assert(!text.includes("<"));
    assertStringIncludes(html, "<title>Access report · &lt;img src=");
  });

  it("renderReport() gives the same bytes for the same input", async () => {
    const input = { snapshot: await demoSnapshot(), baseline: await earlierDemoSnapshot() };
    assertEquals(renderHtml(input), renderHtml(structuredClone(input)));
  });

  it("renderReport() is at most 1.5 times the snapshot for 5,000 users and 300 entitlements", async () => {
    const snapshot = await randomSnapshot({
      users: 5000,
      projects: 60,
      rolesPerProject: 5,
      userGrants: 5000,
    });
    const baseline = await randomSnapshot({
      users: 4000,
      projects: 60,
      rolesPerProject: 5,
      userGrants: 5000,
    });
    assertEquals([snapshot.counts.users, snapshot.counts.entitlements], [5001, 300]);
    const size = [...serializeSnapshot(snapshot)].join("").length;
    assert(renderHtml({ snapshot }).length <= 1.5 * size);
    assert(renderHtml({ snapshot, baseline: snapshot }).length <= 1.5 * size);
    const changed = renderHtml({ snapshot, baseline });
    // What the baseline held and the snapshot does not is added to that.
    assert(changed.length <= 1.5 * size + [...serializeSnapshot(baseline)].join("").length);
  });

  it("renderReport() tells the changes since the baseline, without the rows that it has already", async () => {
    const snapshot = await demoSnapshot();
    const baseline = await earlierDemoSnapshot();
    const { changes } = readEmbedded(renderHtml({ snapshot, baseline }), "more") as {
      changes: Record<"users" | "groups" | "grants", unknown[]>;
    };
    assertEquals(changes.groups, [{
      kind: "changed",
      id: "318000000000000101",
      fields: [{ field: "name", before: "Shop", after: "Web shop" }],
    }]);
    const rolf = baseline.users.find(({ username }) => username === "rolf");
    assertEquals(changes.users, [
      {
        kind: "changed",
        id: "318000000000010012",
        fields: [{ field: "state", before: "active", after: "locked" }],
      },
      { kind: "added", id: "318000000000010015" },
      { kind: "removed", id: "318000000000010099", before: rolf },
    ]);
    const same = readEmbedded(renderHtml({ snapshot, baseline: snapshot }), "more") as
      & typeof changes
      & {
        changes: { counts: unknown };
      };
    const none = { added: 0, removed: 0, changed: 0 };
    assertEquals(same.changes.counts, {
      users: none,
      groups: none,
      entitlements: none,
      grants: none,
      credentials: none,
    });
  });

  it("renderReport() refuses a baseline of another organization unless told", async () => {
    const snapshot = await demoSnapshot();
    const baseline = await randomSnapshot({ users: 2, projects: 1, userGrants: 1 });
    const error = assertThrows(() => renderHtml({ snapshot, baseline }), SyncError, "Random");
    assertEquals(error.code, "CONFIG_INVALID");
    renderHtml({ snapshot, baseline, diffOptions: { anyOrganization: true } });
  });

  it("renderLivePage() holds no data, and lets its script ask its own server only", () => {
    const { html, contentSecurityPolicy } = renderLivePage();
    assertEquals(rawElements(html).map(({ attributes }) => attributes), ["", ' type="module"']);
    const policy = readPolicy(html);
    assert(policy.includes("default-src 'none'"));
    assert(policy.includes("connect-src 'self'"));
    assert(policy.includes("form-action 'none'"));
    assertEquals(contentSecurityPolicy, [...policy, "frame-ancestors 'none'"].join("; "));
  });
});
