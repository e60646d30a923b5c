/**
 * The command line: `zitadel-sync --help`, or from JSR `deno run -A jsr:@zitadel-sync/zitadel-sync/cli --help`.
 *
 * It is a program: whoever imports it starts it.
 *
 * @module
 */
import process from "node:process";
import { processIo } from "./src/cli/process_io.ts";
import { quickVersion } from "./src/cli/quick_version.ts";

const io = processIo();
process.exitCode = await quickVersion(io) ? 0 : await (await import("./src/cli/main.ts")).main(io);
// What an interruption cannot cancel, such as a pending read of stdin, would keep the process alive.
if (io.signal.aborted) process.exit();
io.close();
