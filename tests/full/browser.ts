/**
 * Pages in a real browser: Debian's Chromium.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

const FLAGS = [
  "--no-sandbox",
  "--headless",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A page that is open, and what happened in it. */
export interface OpenPage extends AsyncDisposable {
  /** The page. */
  page: Page;
  /** The addresses that were asked for, the page's own apart. */
  requests: string[];
  /** What the page's console said of errors, and errors that nobody caught. */
  troubles: string[];
  /** Goes to another place in the report. */
  go(place: string): Promise<void>;
}

/** How a page is opened. */
export type OpenOptions = Pick<BrowserContextOptions, "bypassCSP" | "colorScheme" | "viewport">;

/** Opens a document as a file, in a browser of its own that has never run before. */
export async function openFile(html: string, options: OpenOptions = {}): Promise<OpenPage> {
  const folder = await temporaryFolder();
  await writeFile(folder.at("report.html"), html);
  const opened = await openAddress(pathToFileURL(folder.at("report.html")).href, options);
  return {
    ...opened,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Opens an address, in a browser of its own that has never run before. */
export async function openAddress(address: string, options: OpenOptions = {}): Promise<OpenPage> {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, ...options });
  const requests: string[] = [];
  const troubles: string[] = [];
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address) requests.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(error.message));
  await page.goto(address);
  await page.locator("h1").waitFor();
  return {
    page,
    requests,
    troubles,
    async go(place) {
      // A view is drawn as the event of the new address is heard, before anything else.
      await page.evaluate((hash) =>
        new Promise((resolve) => {
          if (location.hash === hash) return resolve(undefined);
          addEventListener("hashchange", () => resolve(undefined), { once: true });
          location.hash = hash;
        }), `#/${place}`);
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
