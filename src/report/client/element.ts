/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Elements of the page. Data reaches the document here and only as text nodes and attribute values.
 *
 * @module
 */

import { isVisible, splitInvisible } from "../../snapshot/text/invisible.ts";

export type Child = Node | string | number | false | undefined | readonly Child[];

/** Attributes; a key `on:click` is a listener. `true` is an attribute without a value, `false` none at all. */
export interface Attributes {
  [name: string]: string | number | boolean | undefined | ((event: never) => void);
}

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") {
      element.addEventListener(name.slice("on:".length), value as (event: Event) => void);
    } else {
      element.setAttribute(name, value === true ? "" : `${value}`);
    }
  }
  append(element, children);
  return element;
}

export function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(typeof child === "number" ? `${child}` : child as Node | string);
  }
}

/**
 * Renders a text from the snapshot: isolated in direction, and with the codes of invisible characters, so that no name can
 * look like another.
 */
export function visibleText(text: string): HTMLElement {
  // A name of blanks alone would be invisible.
  const parts = isVisible(text)
    ? splitInvisible(text)
    : [...text].map((character) => ({ text: character, isVisible: false }));
  return h("bdi", {}, parts.map((part) => part.isVisible ? part.text : renderCode(part.text)));
}

function renderCode(character: string): HTMLElement {
  const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
  return h(
    "code",
    { class: "unseen", title: `The character ${code}, which does not show` },
    code,
  );
}

/** Limits drawing to once a frame, and ends it when the signal is aborted. */
export function throttleToFrame(draw: () => void, signal: AbortSignal): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      if (!signal.aborted) draw();
    });
  };
}
