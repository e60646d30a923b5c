/// <reference lib="dom" />
/**
 * The page that `serve` serves: it asks for the token and fetches the snapshot with it.
 *
 * Only variables of these functions hold the token: no address, cookie or storage does. A new load of the page forgets it.
 *
 * @module
 */
import type { Snapshot } from "../../snapshot/types.ts";
import { h } from "./element.ts";
import { fetchSnapshot, readAgain, type Token } from "./live.ts";
import { type ShownReport, showReport } from "./report.ts";

/** The interval at which the age of the snapshot is updated, in milliseconds. */
const AGE_MS = 15_000;

/** Shows the report; if the server needs a token, first a form that asks for it. */
export async function showLivePage(): Promise<void> {
  const answer = await fetchSnapshot(undefined);
  if (answer.status === "ok") showLive(undefined, answer.snapshot);
  else showSignIn(answer.status === "refused" ? "" : answer.message);
}

function showSignIn(message: string): void {
  const trouble = h("p", { role: "alert", class: "trouble" }, message);
  const token = h("input", {
    id: "token",
    type: "password",
    autocomplete: "off",
    required: true,
    "aria-describedby": "where",
  });
  const button = h("button", { type: "submit", class: "primary" }, "Show the report");
  const form = h(
    "form",
    {
      class: "sign-in",
      "on:submit": async (event: Event) => {
        event.preventDefault();
        const secret = token.value.trim();
        token.value = "";
        trouble.replaceChildren();
        button.disabled = true;
        const answer = await fetchSnapshot(secret);
        if (answer.status === "ok") {
          showLive(secret, answer.snapshot);
          return;
        }
        trouble.replaceChildren(answer.message);
        button.disabled = false;
        token.focus();
      },
    },
    h("p", { class: "eyebrow" }, "zitadel-sync"),
    h("h1", {}, "Access report"),
    h("label", { for: "token" }, "Server token"),
    token,
    h(
      "p",
      { id: "where", class: "why" },
      "The token of this server, not one of ZITADEL. It stays in this page's memory, and is forgotten when the " +
        "page closes.",
    ),
    button,
    trouble,
  );
  document.title = "Access report";
  document.body.replaceChildren(h("main", { class: "center" }, form));
  token.focus();
}

function showLive(token: Token, first: Snapshot): void {
  let current = first;
  let shown: ShownReport | undefined;
  const age = h("span", { class: "age", role: "status" });
  const again = h("button", { type: "button", class: "quiet" }, "Read again");
  const leave = h("button", { type: "button", class: "quiet" }, "Sign out");
  const updateAge = () => age.replaceChildren(formatAge(Date.parse(current.completedAt)));
  const timer = setInterval(updateAge, AGE_MS);

  function show(): void {
    shown?.close();
    shown = showReport({
      snapshot: current,
      extras: { findingOptions: {}, allow: [], today: current.completedAt.slice(0, 10) },
      controls: [age, again, token !== undefined && leave],
    });
  }

  again.addEventListener("click", async () => {
    again.disabled = true;
    age.replaceChildren("Reading…");
    const answer = await readAgain(token);
    again.disabled = false;
    if (answer.status === "ok") {
      current = answer.snapshot;
      show();
      updateAge();
    } else age.replaceChildren(answer.message);
    again.focus();
  });
  leave.addEventListener("click", () => {
    clearInterval(timer);
    // A new load is the only way to be sure that nothing of the report stays in memory.
    location.replace(location.pathname);
  });
  show();
  updateAge();
}

function formatAge(readAt: number): string {
  const minutes = Math.floor((Date.now() - readAt) / 60_000);
  if (minutes < 1) return "Read just now";
  if (minutes < 120) return `Read ${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `Read ${hours} h ago` : `Read ${Math.floor(hours / 24)} days ago`;
}
