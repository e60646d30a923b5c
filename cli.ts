import process from "node:process";
import { main } from "./src/cli/main.ts";
import { processIo } from "./src/cli/process_io.ts";

const io = processIo();
process.exitCode = await main(io);
// What an interruption cannot cancel, such as a pending read of stdin, would keep the process alive.
if (io.signal.aborted) process.exit();
io.close();
