import { CliError } from "../errors.ts";
import { batches } from "./batches.ts";
import { escapeControlCharactersInLines } from "./escape_control_characters.ts";
import type { Io } from "../io.ts";
import { formatSystemError, systemCode } from "../system_error.ts";

/**
 * Writes a result to standard output, as fast as it is read. On a terminal control characters are escaped, which in
 * JSON is the same value.
 *
 * @throws {CliError} `OUTPUT_FAILED`: nobody reads it any more, or the disk is full; or the reason of `io.signal`.
 */
export async function writeStdout(
  io: Io,
  chunks: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  for await (const batch of batches(chunks)) {
    io.signal.throwIfAborted();
    try {
      await io.stdout(io.stdoutIsTerminal ? escapeControlCharactersInLines(batch) : batch);
    } catch (cause) {
      throw new CliError(
        "OUTPUT_FAILED",
        `Cannot write everything to stdout: ${formatSystemError(cause)}`,
        {
          cause,
          hint: systemCode(cause) === "EPIPE"
            ? "The program after the | ended early: what it has is not the whole result"
            : "What was written is not the whole result",
        },
      );
    }
  }
}
