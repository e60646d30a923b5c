/**
 * The command line on the day of the documents' examples, whatever day it is.
 *
 * @module
 */
import process from "node:process";
import { main } from "../../src/cli/main.ts";
import { processIo } from "../../src/cli/process_io.ts";

const io = processIo();
const ahead = Date.parse("2026-11-24T10:00:00Z") - Date.now();
process.exitCode = await main({ ...io, now: () => Date.now() + ahead });
io.close();
