/// <reference lib="dom" />
/**
 * The bar above a table: a search field and choices, remembered in the address.
 *
 * @module
 */
import { h } from "./element.ts";
import { rememberQuery } from "./route.ts";

export interface Choice {
  /** Its name in the address. */
  name: string;
  label: string;
  /** Its values and their names; `""` is all. */
  values: readonly (readonly [value: string, label: string])[];
}

export interface FilterOptions {
  /** The search fields: their names in the address, and their labels. */
  fields: readonly { name: string; label: string; wide?: true }[];
  choices: readonly Choice[];
  /** The filters at first. */
  query: URLSearchParams;
  /** Called after each change, and once at first. */
  onChange(value: (name: string) => string): void;
}

/** The pause of typing after which the rows follow, in milliseconds. */
const PAUSE_MS = 120;

export function createFilters({ fields, choices, query, onChange }: FilterOptions): HTMLElement {
  const controls = new Map<string, HTMLInputElement | HTMLSelectElement>();
  const value = (name: string) => controls.get(name)?.value ?? "";
  const changed = () => {
    rememberQuery(Object.fromEntries([...controls.keys()].map((name) => [name, value(name)])));
    onChange(value);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const typed = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, PAUSE_MS);
  };
  const bar = h(
    "form",
    { class: "filters", role: "search", "on:submit": (event: Event) => event.preventDefault() },
    fields.map(({ name, label, wide }) => {
      const input = h("input", { type: "search", name, autocomplete: "off", spellcheck: "false" });
      input.value = query.get(name) ?? "";
      input.addEventListener("input", typed);
      controls.set(name, input);
      return h("label", { class: wide && "wide" }, h("span", {}, label), input);
    }),
    choices.map(({ name, label, values }) => {
      const select = h(
        "select",
        { name, "on:change": changed },
        values.map(([key, text]) => h("option", { value: key }, text)),
      );
      select.value = query.get(name) ?? "";
      if (select.selectedIndex < 0) select.value = "";
      controls.set(name, select);
      return h("label", {}, h("span", {}, label), select);
    }),
  );
  onChange(value);
  return bar;
}
