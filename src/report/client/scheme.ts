/// <reference lib="dom" />
import { h } from "./element.ts";

/**
 * A button that changes between light and dark; at first the page is as the reader's system is.
 *
 * What was chosen is the page's own colour scheme, which outlives the button: "Read again" makes another one.
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
