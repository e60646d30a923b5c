import type { Settings } from "../options/option.ts";
import type { resultOptions } from "../options/shared_options.ts";
import type { Context } from "../command.ts";
import { inspectTarget, type OutputTarget, writeTarget } from "./write_output.ts";
import { writeStdout } from "./stdout.ts";

/** The place of a result: standard output, or a file that has been checked. */
export type ResultTarget = OutputTarget | "stdout";

/**
 * Checks the target of `--out` before the work begins. A file there is replaced, a snapshot only with `--force`.
 *
 * @throws {CliError} `OUTPUT_FAILED`: it cannot be written.
 */
export async function resultTarget(
  { settings: { out, force } }: { settings: Settings<typeof resultOptions> },
): Promise<ResultTarget> {
  return out === "-" || out === "/dev/stdout"
    ? "stdout"
    : await inspectTarget(out, { writes: "other", force });
}

/**
 * Writes a result of text.
 *
 * @throws {CliError} `OUTPUT_FAILED`, or the reason of `io.signal`.
 */
export async function writeResult(
  { io, rawIo }: Pick<Context, "io" | "rawIo">,
  target: ResultTarget,
  chunks: Iterable<string>,
): Promise<void> {
  if (target !== "stdout") await writeTarget(target, chunks, io.signal);
  else await writeStdout(rawIo, io.stdoutIsTerminal ? withoutReturns(chunks) : chunks);
}

/** A terminal shows the end of a line as that, and would be shown the return as an escape. */
function* withoutReturns(chunks: Iterable<string>): Generator<string, void, undefined> {
  for (const chunk of chunks) yield chunk.replaceAll("\r\n", "\n");
}
