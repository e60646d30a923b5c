/**
 * Writes the man page, made of the help texts.
 *
 * Usage: `deno run -A tools/man.ts <file>`
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { EXITS } from "../src/cli/output/help_text.ts";
import type { Command } from "../src/cli/command.ts";
import {
  type CollectedOption,
  collectOptions,
  formatOptionHelp,
} from "../src/cli/options/option.ts";
import { COMMAND_NAMES } from "../src/cli/command_names.ts";
import { loadCommands } from "../src/cli/commands.ts";
import { TOOL } from "../src/version.ts";

/** The man page of section 1, in roff; `date` is that of the release, such as `2026-11-24`. */
export async function manPage(date: string): Promise<string> {
  const commands = await loadCommands();
  return [
    `.TH ZITADEL-SYNC 1 ${quoted(date)} ${quoted(`${TOOL.name} ${TOOL.version}`)} "User Commands"`,
    ".SH NAME",
    `${roff(TOOL.name)} \\- who holds which role in which ZITADEL project, completely and provably`,
    ".SH SYNOPSIS",
    `.B ${roff(TOOL.name)}`,
    "\\fIcommand\\fR [\\fIoptions\\fR]",
    ".SH DESCRIPTION",
    "Reads one organization of a ZITADEL instance, changes nothing in it, and writes one JSON",
    "document: a snapshot that is complete, or none. Other commands answer questions over it.",
    ".PP",
    "Settings come from the command line, then the environment, then the file named by",
    `\\fB${roff("--config")}\\fR.`,
    ".SH COMMANDS",
    ...commands.flatMap(describeCommand),
    ".SH OPTIONS",
    ...collectOptions(commands).flatMap(describeOption),
    ".SH ENVIRONMENT",
    "The variables that options name, and:",
    ...entry(
      "\\fBHTTPS_PROXY\\fR, \\fBHTTP_PROXY\\fR, \\fBALL_PROXY\\fR",
      "The proxy to ask through.",
    ),
    ...entry("\\fBNO_PROXY\\fR", "Hosts to reach directly; this machine always is."),
    ...entry("\\fBNO_COLOR\\fR", "If it is not empty, nothing is coloured."),
    ".SH EXIT STATUS",
    ...EXITS.flatMap(([codes, meaning]) => entry(`\\fB${codes}\\fR`, meaning)),
    "",
  ].join("\n");
}

function describeCommand(command: Command): string[] {
  const { name, summary, details, examples } = command;
  const operands = command.operands.map(({ name, optional, many }) => {
    const shown = `\\fI${roff(name)}\\fR${many ? " ..." : ""}`;
    return optional ? `[${shown}]` : shown;
  });
  return [
    `.SS ${quoted([name, ...operands].join(" "), "written")}`,
    `${text(summary)}.`,
    ".PP",
    text(details),
    ".PP",
    ".EX",
    ...examples.map(text),
    ".EE",
  ];
}

function describeOption({ key, option, commands }: CollectedOption): string[] {
  const { name, type, env = [], file } = option;
  const value = type.placeholder === undefined ? "" : ` \\fI${roff(type.placeholder)}\\fR`;
  const fallback = option.default ?? option.unset;
  const facts = [
    commands.length === COMMAND_NAMES.length ? "all commands" : commands.join(", "),
    ...fallback === undefined ? [] : [`default: ${fallback}`],
    ...env.length === 0 ? [] : [`environment: ${env.join(", ")}`],
    ...file ? [`in the file: ${key}`] : [],
  ];
  return [
    ...entry(`\\fB${roff(`--${name}`)}\\fR${value}`, formatOptionHelp(option)),
    ".br",
    text(`(${facts.join("; ")})`),
  ];
}

function entry(term: string, explanation: string): string[] {
  return [".TP", term, text(explanation)];
}

/** Text as roff shows it; a line must not begin like a request. */
function text(words: string): string {
  return roff(words).replace(/^[.']/, "\\&$&");
}

function roff(words: string): string {
  return words.replaceAll("\\", "\\e").replaceAll("-", "\\-");
}

function quoted(words: string, kind: "plain" | "written" = "plain"): string {
  return `"${(kind === "plain" ? roff(words) : words).replaceAll('"', "\\(dq")}"`;
}

if (import.meta.main) {
  const [file] = Deno.args;
  if (file === undefined) throw new Error("Usage: deno run -A tools/man.ts <file>");
  const { describeBuild } = await import("./build_of.ts");
  await writeFile(file, await manPage((await describeBuild())?.date.slice(0, 10) ?? ""));
}
