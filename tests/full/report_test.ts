/// <reference lib="dom" />
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import axe from "axe-core";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import type { Snapshot } from "../../mod.ts";
import { renderReport, type ReportOptions } from "../../src/report/render_report.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import {
  demoSnapshot,
  earlierDemoSnapshot,
  HOSTILE_NAMES,
  hostileSnapshot,
  randomSnapshot,
  recordedSnapshot,
  verifiedDemoSnapshot,
} from "../helpers/report_snapshots.ts";
import { formatUserName } from "../../src/snapshot/text/names.ts";
import { openFile, type OpenOptions } from "./browser.ts";

const VIEWS = ["", "matrix", "users", "projects", "findings", "changes"];
const LARGE = { users: 5000, projects: 60, rolesPerProject: 5, userGrants: 15_000 };

async function openReport(report: ReportOptions, options: OpenOptions = {}) {
  return await openFile([...renderReport(report)].join(""), options);
}

async function openDemo(options: OpenOptions = {}) {
  const [snapshot, baseline] = await Promise.all([demoSnapshot(), earlierDemoSnapshot()]);
  return await openReport({
    snapshot,
    baseline,
    allow: [{ rule: "broad-user", reason: "She runs the shop", expires: "2027-01-31" }],
  }, options);
}

async function readTexts(page: Page, selector: string): Promise<string[]> {
  return await page.locator(selector).allInnerTexts();
}

/** How many projects, roles and grants there are, as the same organization has them that was not asked for more. */
async function projectFigures({ users }: Snapshot): Promise<string[]> {
  const { counts } = await demoSnapshot();
  assert(users.length >= counts.users);
  return [counts.groups, counts.entitlements, counts.grants].map(String);
}

describe("full: report", () => {
  it("the report shows the access that the database of the recorded organization had, in every view", async () => {
    const { edges } = JSON.parse(
      await readFile(new URL("../fixtures/recorded/truth.json", import.meta.url), "utf8"),
    ) as { edges: Record<"project" | "projectId" | "roleKey" | "userId" | "state", string>[] };
    const snapshot = await recordedSnapshot();
    await using report = await openReport({ snapshot });
    const { page, go, troubles } = report;

    await go("matrix");
    const marks = await page.evaluate(() => {
      const grid = document.querySelector(".grid")!;
      const heads = [...grid.querySelectorAll(".key")];
      return [...grid.querySelectorAll(".row")].flatMap((row) =>
        [...row.querySelectorAll(".held")].map((cell) => {
          const column = cell.getAttribute("aria-colindex");
          const head = heads.find((one) => one.getAttribute("aria-colindex") === column)!;
          return [
            row.querySelector("a")!.getAttribute("href")!.split("/").at(-1),
            head.querySelector(".label > bdi")!.textContent,
            cell.getAttribute("aria-label")!.includes("the user grant is deactivated"),
          ].join(" ");
        })
      ).sort();
    });
    const truth = edges.map(({ userId, roleKey, state }) =>
      [userId, roleKey, state !== "active"].join(" ")
    ).sort();
    assertEquals(marks, truth);

    const counts = await page.evaluate(() =>
      [".key .count", ".name .count"].map((selector) =>
        [...document.querySelectorAll(selector)].reduce(
          (sum, { textContent }) => sum + +textContent!,
          0,
        )
      )
    );
    assertEquals(counts, [edges.length, edges.length]);

    for (const { id } of snapshot.users) {
      await go(`users/${id}`);
      const held = await readTexts(
        page,
        "section:first-of-type tbody tr:not(.spacer) td:nth-child(2) a",
      );
      const expected = edges.filter(({ userId }) => userId === id).map(({ roleKey }) => roleKey);
      assertEquals(held.sort(), expected.sort());
    }
    for (const { id } of snapshot.groups) {
      await go(`projects/${id}`);
      const holders = await page.evaluate(() =>
        [...document.querySelectorAll("section:nth-of-type(2) tbody tr:not(.spacer)")].map((row) =>
          `${row.querySelector("a")!.getAttribute("href")!.split("/").at(-1)} ${
            row.querySelector("td")!.textContent
          }`
        )
      );
      const expected = edges.filter(({ projectId }) => projectId === id)
        .map(({ userId, roleKey }) => `${userId} ${roleKey}`);
      assertEquals(holders.sort(), expected.sort());
    }
    assertEquals(troubles, []);
  });

  it("the report runs no script of a hostile name and sends no request, in any view", async () => {
    const snapshot = await hostileSnapshot();
    await using report = await openReport({ snapshot, baseline: await earlierDemoSnapshot() });
    const { page, go, requests, troubles } = report;
    const places = [
      ...VIEWS,
      ...snapshot.users.map(({ id }) => `users/${id}`),
      ...snapshot.groups.map(({ id }) => `projects/${id}`),
      "users/<img src=x onerror=window.harm=9>",
      "projects/__proto__",
      "constructor",
      "users/%E0%A4%A?q=%",
    ];
    for (const place of places) {
      await go(place);
      const found = await page.evaluate(() => ({
        harm: (globalThis as { harm?: unknown }).harm ?? null,
        frame: document.body.children.length,
        foreign:
          document.querySelectorAll("main :is(img, svg, iframe, style, link, meta, script)").length,
        wide: document.documentElement.scrollWidth > innerWidth,
      }));
      assertEquals({ place, ...found }, { place, harm: null, frame: 5, foreign: 0, wide: false });
    }
    for (const name of HOSTILE_NAMES) {
      await page.locator(".search input").fill(name.slice(0, 300));
      await page.locator(".search input").press("Enter");
    }
    await page.pdf();
    assertEquals(requests, []);
    assertEquals(troubles, []);
  });

  it("the report shows each hostile name as it is, and characters that do not show as their codes", async () => {
    const snapshot = await hostileSnapshot();
    await using report = await openReport({ snapshot });
    const { page, go } = report;
    await go("users");
    const codes = (text: string) => page.locator("tbody th", { hasText: text }).first().innerText();
    assertEquals(await codes("ot tfel"), "right U+202Eot tfelU+202C back");
    assertEquals(await codes("two"), "line oneU+000Aline twoU+0009tabbed");
    const shown = await page.evaluate(() =>
      [...document.querySelectorAll("tbody th bdi")].map((name) => {
        for (const code of name.querySelectorAll("code.unseen")) {
          code.replaceWith(String.fromCodePoint(parseInt(code.textContent!.slice(2), 16)));
        }
        return name.textContent;
      }).sort()
    );
    assertEquals(shown, snapshot.users.map(formatUserName).sort());
  });

  it("the report's policy stops a script and a request, should the page ever try", async () => {
    await using report = await openDemo();
    const asked: string[] = [];
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      ({ url }) => {
        asked.push(url);
        return new Response();
      },
    );
    const outcome = await report.page.evaluate(async (address) => {
      // What the test itself runs is not bound by the policy, what follows a timer is.
      await new Promise((resolve) => setTimeout(resolve));
      const attempt = async (act: () => unknown) => {
        try {
          await act();
          return "went through";
        } catch {
          return "stopped";
        }
      };
      const loaded = (element: HTMLElement) =>
        new Promise((resolve, reject) => {
          element.addEventListener("load", resolve);
          element.addEventListener("error", reject);
          document.body.append(element);
        });
      return [
        await attempt(() => document.body.insertAdjacentHTML("beforeend", "<b>x</b>")),
        await attempt(() => new Function("return 1")()),
        await attempt(() => fetch(address, { mode: "no-cors" })),
        await attempt(() => loaded(Object.assign(new Image(), { src: `${address}/image` }))),
        await attempt(() =>
          loaded(
            Object.assign(document.createElement("link"), { rel: "stylesheet", href: address }),
          )
        ),
      ];
    }, `http://127.0.0.1:${server.addr.port}/`);
    assertEquals(outcome, new Array(5).fill("stopped"));
    assertEquals(asked, []);
  });

  it("a reader finds a person by a part of the name, and sees what that person holds and why not", async () => {
    await using report = await openDemo();
    const { page } = report;
    await page.keyboard.press("/");
    await page.keyboard.type("volk");
    assertEquals(await readTexts(page, "#hits li"), ["Dmitri Volkov\nPerson"]);
    await page.keyboard.press("Enter");
    await page.locator("h1", { hasText: "Dmitri Volkov" }).waitFor();
    assertEquals(await page.title(), "Dmitri Volkov · Acme");
    assertEquals(
      (await readTexts(page, "section:first-of-type tbody tr:not(.spacer)")).map((row) =>
        row.replaceAll(/\s+/g, " ").trim()
      ),
      [
        "Intranet reader Reader In force 5 Jan 2026 318000000000040030",
        "Legacy CRM root not defined Held, but the project is deactivated 5 Jan 2026 318000000000040025",
        "Legacy CRM user User Held, but the project is deactivated 5 Jan 2026 318000000000040025",
        "Web shop viewer Viewer In force 5 Jan 2026 318000000000040003",
      ],
    );
    assertStringIncludes(
      await page.locator(".told").innerText(),
      'Dmitri Volkov holds "root" in Legacy CRM, which has no such role',
    );
    assertEquals(await page.evaluate(() => document.activeElement?.tagName), "H1");
  });

  it("a reader filters and sorts users, and the address keeps it", async () => {
    await using report = await openDemo();
    const { page, go } = report;
    await go("users");
    await page.getByLabel("State").selectOption("locked");
    assertEquals(await readTexts(page, "tbody th"), ["Mona Brandt"]);
    assertEquals(await readTexts(page, ".tally"), ["1 of 25 users"]);
    await page.getByLabel("State").selectOption("");
    await page.getByRole("button", { name: "Holds" }).click();
    assertEquals((await readTexts(page, "tbody th"))[0], "Ada Okafor");
    await page.getByLabel("Type").selectOption("machine");
    assertMatch(page.url(), /#\/users\?sort=-holds&type=machine$/);
    await page.reload();
    assertEquals((await readTexts(page, "tbody th")).length, 4);
    await page.getByLabel("Name, login").fill("nothing like it");
    await page.getByText("No user fits the filters.").waitFor();
  });

  it("the report tells who administers and which credentials end, apart from the projects", async () => {
    const snapshot = await demoSnapshot(["administrators", "credentials"]);
    await using report = await openReport({ snapshot }, { bypassCSP: true });
    const { page, go } = report;
    assertEquals(await readTexts(page, ".figures strong"), [
      String(snapshot.counts.users),
      ...(await projectFigures(snapshot)),
    ]);
    await go("administration");
    const rows = (await readTexts(page, "tbody tr:not(.spacer)")).map((row) =>
      row.replaceAll(/\s+/g, " ").trim()
    );
    assert(
      rows.some((row) => /^Acme \(organization administration\) ORG_OWNER Hugo Meyer/.test(row)),
    );
    assert(rows.some((row) => /^Till 1 Personal access token Expired 1 Feb 2026/.test(row)));
    assert(rows.some((row) => /^Till 1 Key Never expires/.test(row)));
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document)
    );
    assertEquals(violations.filter(({ impact }) => impact === "serious").map(({ id }) => id), []);
    await go("projects");
    assert(!(await readTexts(page, "tbody th")).some((name) => name.includes("administration")));
    const till = snapshot.users.find(({ username }) => username === "till-01")!;
    await go(`users/${till.id}`);
    await page.getByText("Tokens and keys").waitFor();
  });

  it("the report tells what events say beyond the lists, and who gave what", async () => {
    const snapshot = await verifiedDemoSnapshot();
    await using report = await openReport({ snapshot });
    const { page, go } = report;
    const compared = /The lists were compared with \d+ events up to \S+: 2 differences, /;
    await page.getByText(compared).waitFor();
    await go("findings");
    await page.getByText('Liam O’Neill holds "approver" in Payroll, but the list').first()
      .waitFor();
    const priya = snapshot.users.find(({ username }) => username === "priya")!;
    await go(`users/${priya.id}`);
    await page.getByText("given by Ada Okafor on 2026-01-05").first().waitFor();

    await using plain = await openReport({ snapshot: await demoSnapshot() });
    await plain.page.getByText("The lists were not compared with ZITADEL's events").waitFor();
    await plain.go(`users/${priya.id}`);
    assertEquals(await plain.page.getByText("given by").count(), 0);
  });

  it("the report tells changes since the baseline, and what was accepted", async () => {
    await using report = await openDemo();
    const { page, go } = report;
    await go("changes");
    const rows = (await readTexts(page, "tbody tr:not(.spacer)")).map((row) =>
      row.replaceAll(/\s+/g, " ").trim()
    );
    assert(rows.includes("Changed project Web shop Name: Shop → Web shop"));
    assert(rows.includes("Changed user Mona Brandt State: active → locked"));
    assert(rows.includes("Removed user Rolf Leaver"));
    assert(rows.includes("Added grant Priya Raman · Payroll › approver"));
    await go("findings");
    assertEquals(
      (await readTexts(page, "section tbody tr:not(.spacer) td")).map((cell) => cell.trim()),
      ["She runs the shop", "31 Jan 2027"],
    );
  });

  it("the report says so where the baseline is the newer snapshot", async () => {
    const [snapshot, baseline] = await Promise.all([earlierDemoSnapshot(), demoSnapshot()]);
    const older = { ...snapshot, completedAt: "2026-01-01T00:00:00Z" };
    await using report = await openReport({ snapshot: older, baseline });
    const warning = report.page.getByText("newer than this one: additions are shown as removals");
    await warning.waitFor();
    await using right = await openDemo();
    await right.page.getByText("Compared with the snapshot that was read on").waitFor();
    assertEquals(await right.page.getByText("newer than this one").count(), 0);
  });

  it("the matrix keeps its heads in view and few cells in the document for 5,000 users and 300 entitlements", async () => {
    const snapshot = await randomSnapshot(LARGE);
    await using report = await openReport({ snapshot });
    const { page, go, troubles } = report;
    await go("matrix?rows=all");
    assertEquals(await readTexts(page, ".legend .tally"), ["5,001 users × 300 entitlements"]);
    const cells = () => page.locator(".grid [role=gridcell]").count();
    assert(await cells() < 3000);

    await page.locator(".grid [tabindex='0']").focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("End");
    const last = page.locator(".grid [role=gridcell]:focus");
    assertEquals(await last.getAttribute("aria-colindex"), "301");
    assertEquals(await last.locator("xpath=..").getAttribute("aria-rowindex"), "5003");
    assertMatch(
      await page.locator(".about").innerText(),
      /Project 59 › role:4 · (?:held|not held)/,
    );
    assert(await cells() < 3000);
    const sticky = await page.evaluate(() => {
      const box = (selector: string) => document.querySelector(selector)!.getBoundingClientRect();
      const grid = box(".grid");
      return {
        head: Math.round(box(".grid .head").top - grid.top),
        name: Math.round(box(".grid .row:last-child .name").left - grid.left),
        scrolled: document.querySelector(".grid")!.scrollTop > 100_000,
      };
    });
    assertEquals(sticky, { head: 1, name: 1, scrolled: true });

    await page.getByLabel("Users").fill("user-4711");
    await page.getByLabel("Projects and entitlements").fill("project 59");
    await page.getByText("1 user × 5 entitlements").waitFor();
    assertEquals(troubles, []);
  });

  it("a long table holds the rows near the window only, and all of them on paper", async () => {
    const snapshot = await randomSnapshot({ users: 1500, projects: 3, userGrants: 2000 });
    await using folder = await temporaryFolder();
    await using report = await openReport({ snapshot });
    const { page, go } = report;
    await go("users");
    const rows = page.locator("tbody tr:not(.spacer)");
    assert(await rows.count() < 100);
    await page.keyboard.press("Control+End");
    await page.locator("tr[aria-rowindex='1502']").waitFor();
    assert(await rows.count() < 100);
    await page.pdf({ path: folder.at("users.pdf"), format: "A4" });
    const text = await pdfText(folder.at("users.pdf"));
    const missing = snapshot.users.filter(({ username }) =>
      !text.includes(`${username} `) && !text.includes(`${username}\n`)
    );
    assertEquals(missing, []);
    assert(!text.includes("Find"));
    assert(await rows.count() < 100);
  });

  it("the matrix is printed as a list of what each user holds", async () => {
    await using folder = await temporaryFolder();
    await using report = await openDemo({ colorScheme: "dark" });
    await report.go("matrix");
    await report.page.pdf({ path: folder.at("matrix.pdf"), format: "A4" });
    const text = await pdfText(folder.at("matrix.pdf"));
    assertMatch(text, /Acme · Access report · read 2 Mar 2026, 09:30 UTC/);
    assertMatch(
      text,
      /Farid Haddad.*\n?.*Intranet\s+reader\n+.*Warehouse\s+forklift\/driver, stock:read, stock:write/,
    );
    assertMatch(text, /Mona Brandt.*locked/);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`axe-core finds nothing serious in any view, ${colorScheme}`, async () => {
      await using report = await openDemo({ colorScheme, bypassCSP: true });
      const { page, go } = report;
      await page.evaluate(axe.source);
      for (
        const place of [
          ...VIEWS,
          "users/318000000000010003",
          "projects/318000000000000101",
          "nowhere",
        ]
      ) {
        await go(place);
        const { violations } = await page.evaluate(() =>
          (globalThis as unknown as { axe: typeof axe }).axe.run(document)
        );
        const serious = violations.filter(({ impact }) =>
          impact === "serious" || impact === "critical"
        )
          .map(({ id, nodes }) => ({ place, id, where: nodes.map(({ html }) => html) }));
        assertEquals(serious, []);
      }
    });
  }

  async function pdfText(path: string): Promise<string> {
    const { stdout } = await promisify(execFile)("pdftotext", ["-layout", path, "-"], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }
});
