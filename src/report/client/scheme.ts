/// <reference lib="dom" />
import { h } from "./element.ts";

/**
 * Makes a button that switches between light and dark; at first the page follows the reader's system.
 *
 * The choice is the page's own colour scheme, so it outlives the button, which "Read again" replaces.
 */
export function createSchemeButton(signal: AbortSignal): HTMLElement {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const { style } = document.documentElement;
  const isDark = () => style.colorScheme === "" ? system.matches : style.colorScheme === "dark";
  const button = h("button", {
    type: "button",
    class: "quiet",
    "on:click": () => {
      style.colorScheme = isDark() ? "light" : "dark";
      name();
    },
  });
  const name = () => {
    const label = isDark() ? "Light" : "Dark";
    button.replaceChildren(label);
    button.setAttribute("aria-label", `${label} colours`);
  };
  system.addEventListener("change", name, { signal });
  name();
  return button;
}
