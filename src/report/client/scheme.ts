/// <reference lib="dom" />
import { h } from "./element.ts";

/** A button that changes between light and dark; at first the page is as the reader's system is. */
export function createSchemeButton(): HTMLElement {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen: boolean | undefined;
  const button = h("button", { type: "button", class: "quiet", "on:click": () => set(!isDark()) });
  const isDark = () => chosen ?? dark.matches;
  const name = () => {
    const label = isDark() ? "Light" : "Dark";
    button.replaceChildren(label);
    button.setAttribute("aria-label", `${label} colours`);
  };
  function set(next: boolean): void {
    chosen = next;
    document.documentElement.style.colorScheme = next ? "dark" : "light";
    name();
  }
  dark.addEventListener("change", name);
  name();
  return button;
}
