/// <reference lib="dom" />
/**
 * How large a report is and how fast it opens, in Debian's Chromium.
 *
 * @module
 */
import { serializeSnapshot } from "../../mod.ts";
import { renderReport } from "../../src/report/render_report.ts";
import { openFile, type OpenPage } from "../full/browser.ts";
import { randomSnapshot } from "../helpers/report_snapshots.ts";
import { table } from "./table.ts";

const RUNS = 5;
const SIZES = [25_000, 100_000];

/** Reports of 5,000 users and 300 entitlements; the targets are 2 seconds and 1.5 times the snapshot. */
export async function benchReport(): Promise<string> {
  const rows = [[
    "grants",
    "snapshot",
    "file",
    "file / snapshot",
    "render",
    "open",
    "matrix",
    "filter",
    "page down",
  ]];
  for (const userGrants of SIZES) {
    const snapshot = await randomSnapshot({
      users: 5000,
      projects: 60,
      rolesPerProject: 5,
      userGrants,
    });
    const size = new TextEncoder().encode([...serializeSnapshot(snapshot)].join("")).length;
    const startedAt = performance.now();
    const html = [...renderReport({ snapshot })].join("");
    const render = performance.now() - startedAt;
    const fileSize = new TextEncoder().encode(html).length;
    const runs: number[][] = [];
    for (let run = 0; run < RUNS; run++) {
      await using report = await openFile(html);
      runs.push([
        await firstPaint(report),
        await matrixTime(report),
        await filterTime(report),
        await scrollTime(report),
      ]);
    }
    const medians = [0, 1, 2, 3].map((at) => median(runs.map((times) => times[at]!)));
    rows.push([
      `${snapshot.grants.length}`,
      megabytes(size),
      megabytes(fileSize),
      (fileSize / size).toFixed(3),
      ...[render, ...medians].map((ms) => `${Math.round(ms)} ms`),
    ]);
  }
  return `report of 5,000 users x 300 entitlements, median of ${RUNS} new browsers\n\n${
    table(rows)
  }`;
}

/** From the start of loading to what is seen first, which is the finished first view. */
async function firstPaint({ page }: OpenPage): Promise<number> {
  return await page.evaluate(async () => {
    const paint = () => performance.getEntriesByName("first-contentful-paint")[0];
    while (paint() === undefined) await new Promise(requestAnimationFrame);
    return paint()!.startTime;
  });
}

async function matrixTime({ page }: OpenPage): Promise<number> {
  return await page.evaluate(async () => {
    const startedAt = performance.now();
    location.hash = "#/matrix";
    while (document.querySelector(".grid .row") === null) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - startedAt;
  });
}

async function filterTime({ page }: OpenPage): Promise<number> {
  return await page.evaluate(async () => {
    const tally = document.querySelector(".legend .tally")!;
    const before = tally.textContent;
    const field = document.querySelector<HTMLInputElement>("input[name=q]")!;
    field.value = "ann";
    const startedAt = performance.now();
    field.dispatchEvent(new Event("input"));
    while (tally.textContent === before) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - startedAt;
  });
}

/** What one step of scrolling takes in the middle of 40. */
async function scrollTime({ page }: OpenPage): Promise<number> {
  return await page.evaluate(async () => {
    const grid = document.querySelector(".grid")!;
    const times: number[] = [];
    for (let step = 0; step < 40; step++) {
      const startedAt = performance.now();
      grid.scrollBy(step % 4 === 3 ? 300 : 0, 500);
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      times.push(performance.now() - startedAt);
    }
    return times.sort((a, b) => a - b)[20]!;
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
