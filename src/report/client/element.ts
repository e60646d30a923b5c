/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Elements of the page. Data reaches the document here and only as text nodes and attribute values.
 *
 * @module
 */

/** What stands inside an element. */
export type Child = Node | string | number | false | undefined | readonly Child[];

/** Attributes; a key `on:click` is a listener. `true` is an attribute without a value, `false` none at all. */
export interface Attributes {
  [name: string]: string | number | boolean | undefined | ((event: never) => void);
}

/** Makes an element. */
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

/** Puts children at the end of an element. */
export function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(typeof child === "number" ? `${child}` : child as Node | string);
  }
}

/**
 * Characters that change how a text looks without showing: controls, direction marks, zero widths, tags.
 *
 * The joiners U+200C and U+200D are not among them: scripts and emoji need them.
 */
const UNSEEN =
  // deno-lint-ignore no-control-regex -- they are what is looked for
  /([\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}])/u;

/**
 * A text from the snapshot: kept apart from its surroundings in direction, and with characters that would not be seen
 * written as their code, so that no name can look like another.
 */
export function said(text: string): HTMLElement {
  // Of a name of spaces alone nothing would be seen at all.
  const unseen = text.trim() === "" ? /(\s)/u : UNSEEN;
  if (!unseen.test(text)) return h("bdi", {}, text);
  const parts = text.split(unseen);
  return h(
    "bdi",
    {},
    parts.map((part, index) => {
      if (index % 2 === 0) return part;
      const code = `U+${part.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
      return h(
        "code",
        { class: "unseen", title: `The character ${code}, which does not show` },
        code,
      );
    }),
  );
}
