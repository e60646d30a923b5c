/**
 * Differences as text for a terminal, and as Markdown for a ticket.
 *
 * @module
 */
import { LIST_NAMES, type ListName } from "../../snapshot/lists.ts";
import type { FieldChange, SnapshotDiff } from "../../snapshot/diff/diff.ts";
import type { DiffEvent, DiffSection, DiffSubject } from "../../snapshot/diff/diff_events.ts";
import { formatGrantedBy } from "../../snapshot/query/holding.ts";
import { formatActorName, isActor } from "../../snapshot/text/names.ts";
import { formatOrganization } from "./result.ts";
import { fitLine } from "./display_width.ts";
import { escapeControlCharacters } from "./escape_control_characters.ts";
import { formatNumber } from "../../snapshot/text/format_count.ts";

const SIGNS = { added: "+", removed: "-", changed: "~" } as const;

/** Differences as text, a line a change, cut to `columns`. */
export function* diffText(
  diff: SnapshotDiff,
  sections: readonly DiffSection[],
  columns: number | undefined,
): Generator<string, void, undefined> {
  const line = (text: string) => `${fitLine(text, columns)}\n`;
  yield line(heading(diff));
  yield line(summary(diff));
  for (const { about, name, id, events } of sections) {
    yield line("");
    yield line(`${name} (${SUBJECT_NAMES[about]} ${id})`);
    for (const event of events) {
      for (const { sign, text } of formatEvent(event, about)) yield line(`  ${sign} ${text}`);
    }
  }
}

export function* diffMarkdown(
  diff: SnapshotDiff,
  sections: readonly DiffSection[],
): Generator<string, void, undefined> {
  yield `## ${markdown(heading(diff))}\n\n${markdown(summary(diff))}\n`;
  for (const { about, name, id, events } of sections) {
    yield `\n### ${markdown(name)} (${SUBJECT_NAMES[about]} ${markdown(id)})\n\n`;
    for (const event of events) {
      for (const { kind, text } of formatEvent(event, about)) {
        yield `- ${kind}: ${markdown(text)}\n`;
      }
    }
  }
}

function heading(diff: SnapshotDiff): string {
  return `${formatOrganization(diff.new)}: ${diff.old.completedAt} to ${diff.new.completedAt}`;
}

function summary(diff: SnapshotDiff): string {
  const { counts, different, organization, notCompared } = diff;
  const rest = notCompared.map((what) =>
    `${NOT_COMPARED[what]} are in one snapshot only, and not compared`
  );
  if (!different) return ["no differences", ...rest].join("; ");
  const isIn = (list: ListName) =>
    list !== "credentials" || diff.new.counts.credentials !== undefined;
  const lists = LIST_NAMES.filter(isIn).map((list) => {
    const { added, removed, changed } = counts[list];
    return `${list} +${formatNumber(added)} -${formatNumber(removed)} ~${formatNumber(changed)}`;
  });
  const changed = [...(organization.length > 0 ? ["organization ~1"] : []), ...lists].join(", ");
  return [changed, ...rest].join("; ");
}

const NOT_COMPARED: Readonly<Record<SnapshotDiff["notCompared"][number], string>> = {
  administrators: "administrators",
  credentials: "credentials",
  history: "the givers of grants",
};

interface Words {
  kind: keyof typeof SIGNS;
  sign: string;
  text: string;
}

const SUBJECT_NAMES = { organization: "organization", user: "user", group: "project" } as const;

/** An event within its section, whose subject need not be named again; a line for each field. */
function formatEvent(event: DiffEvent, about: DiffSection["about"]): Words[] {
  const [subject, kind] = event.event.split(".") as [DiffSubject, keyof typeof SIGNS];
  const sign = SIGNS[kind];
  const what = {
    organization: "",
    user: "",
    group: "",
    entitlement: `role ${event.role}`,
    credential: `${event.credential} ${event.id}`,
    grant: about === "user" ? `${event.role} in ${event.group}` : `${event.user}: ${event.role}`,
  }[subject];
  if (kind === "changed") {
    return event.fields!.map((change) => ({
      kind,
      sign,
      text: `${what === "" ? "" : `${what}: `}${formatField(change)}`,
    }));
  }
  const whole = subject === "user" || subject === "group"
    ? `the ${subject === "user" ? "user" : "project"} itself`
    : what;
  const state = event.state === undefined ? "" : ` (${event.state})`;
  const giving = formatGrantedBy(event);
  return [{ kind, sign, text: `${whole}${state}${giving === undefined ? "" : `, ${giving}`}` }];
}

function formatField({ field, before, after }: FieldChange): string {
  const value = (known: unknown) =>
    known === undefined
      ? "nothing"
      : JSON.stringify(isActor(known) ? formatActorName(known, new Map()) : known);
  return `${field} ${value(before)} -> ${value(after)}`;
}

/** Escapes text for Markdown: no markup, no HTML, no mention of anybody. */
function markdown(text: string): string {
  return escapeControlCharacters(text).replace(/[\\`*_[\]|~#]/g, "\\$&")
    .replace(/[<>&]|(?<![\p{L}\p{N}])@/gu, (sign) => `&#${sign.charCodeAt(0)};`);
}
