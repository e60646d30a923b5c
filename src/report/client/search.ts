/// <reference lib="dom" />
/**
 * The search field of the page: users, projects and entitlements by any part of their names.
 *
 * @module
 */
import { splitWords } from "../../snapshot/text/fold.ts";
import {
  formatEntitlementName,
  formatGroupName,
  formatUserName,
} from "../../snapshot/text/names.ts";
import { createRowFilter } from "../../snapshot/query/select.ts";
import type { ReportData } from "./report_data.ts";
import { h, visibleText } from "./element.ts";
import { buildHref } from "./route.ts";
import { formatUserType } from "./words.ts";

/** The most hits of each kind. */
const OFFERED = 6;

interface Hit {
  kind: string;
  name: string;
  href: string;
}

/** Makes the search field; `/` goes to it from anywhere, until `signal` is aborted. */
export function createSearch(data: ReportData, signal: AbortSignal): HTMLElement {
  let hits: Hit[] = [];
  let chosen = -1;
  const list = h("ul", { id: "hits", role: "listbox", "aria-label": "Found", hidden: true });
  const input = h("input", {
    type: "search",
    role: "combobox",
    "aria-label": "Find a user, project or entitlement",
    "aria-expanded": "false",
    "aria-controls": "hits",
    "aria-autocomplete": "list",
    placeholder: "Find…",
    autocomplete: "off",
    spellcheck: "false",
  });

  function close(): void {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index: number): void {
    chosen = index;
    [...list.children].forEach((option, at) =>
      option.setAttribute("aria-selected", `${at === index}`)
    );
    const option = list.children[index];
    if (option === undefined) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }

  function go(hit: Hit | undefined): void {
    if (hit === undefined) return;
    input.value = "";
    close();
    location.hash = hit.href;
  }

  input.addEventListener("input", () => {
    const asked = splitWords(input.value).length > 0;
    hits = asked ? find(data, input.value) : [];
    list.replaceChildren(...hits.map((hit, index) => hitOption(hit, index, go)));
    if (hits.length === 0 && asked) list.append(nothingOption());
    list.hidden = !asked;
    input.setAttribute("aria-expanded", `${!list.hidden}`);
    choose(hits.length > 0 ? 0 : -1);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (hits.length === 0) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose((chosen + step + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(hits[chosen]);
    } else if (event.key === "Escape") {
      input.value = "";
      close();
    }
  });
  input.addEventListener("blur", close);
  focusOnSlash(input, signal);
  return h("div", { class: "search" }, input, list);
}

function hitOption(hit: Hit, index: number, go: (hit: Hit) => void): HTMLElement {
  return h(
    "li",
    {
      id: `hit-${index}`,
      role: "option",
      "aria-selected": "false",
      "on:mousedown": (event: MouseEvent) => {
        event.preventDefault();
        go(hit);
      },
    },
    visibleText(hit.name),
    h("small", {}, hit.kind),
  );
}

function nothingOption(): HTMLElement {
  return h(
    "li",
    { role: "option", "aria-disabled": "true", "aria-selected": "false" },
    "Nothing found",
  );
}

function focusOnSlash(input: HTMLInputElement, signal: AbortSignal): void {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLElement &&
      event.target.closest("input, select, textarea") !== null;
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  }, { signal });
}

function find(data: ReportData, text: string): Hit[] {
  const { index } = data;
  const nameOfGroup = (id: string) => formatGroupName(index.groups.get(id)!);
  const users = some(data.usersByName, createRowFilter(index, "users", { text }))
    .map((user) => ({
      kind: formatUserType(user),
      name: formatUserName(user),
      href: buildHref("users", user.id),
    }));
  const groups = some(data.groupsByName, createRowFilter(index, "groups", { text }))
    .map((group) => ({
      kind: "Project",
      name: formatGroupName(group),
      href: buildHref("projects", group.id),
    }));
  const fitsEntitlement = createRowFilter(index, "entitlements", { text });
  const entitlements = some(data.entitlementsByName, fitsEntitlement).map((row) => ({
    kind: "Entitlement",
    name: `${nameOfGroup(row.groupId)} › ${formatEntitlementName(row)}`,
    href: buildHref("projects", row.groupId, { role: row.roleKey }),
  }));
  return [...users, ...groups, ...entitlements];
}

function some<Row>(rows: readonly Row[], fits: (row: Row) => boolean): Row[] {
  const found: Row[] = [];
  for (const row of rows) {
    if (!fits(row)) continue;
    found.push(row);
    if (found.length === OFFERED) break;
  }
  return found;
}
