import process from "node:process";
import { main } from "./src/cli/main.ts";
import { processIo } from "./src/cli/process_io.ts";

const io = processIo();
process.exitCode = await main(io);
io.close();
