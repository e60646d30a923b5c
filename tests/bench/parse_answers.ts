/**
 * The yardstick for CPU time: `JSON.parse` alone over the lines of a file. Prints milliseconds and bytes as JSON.
 *
 * @module
 */
import process from "node:process";

const bytes = await Deno.readFile(Deno.args[0] ?? "");
let cpuMs = 0;
let start = 0;
for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
  const text = new TextDecoder().decode(bytes.subarray(start, end));
  const before = process.cpuUsage();
  JSON.parse(text);
  const { user, system } = process.cpuUsage(before);
  cpuMs += (user + system) / 1000;
  start = end + 1;
}
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify({ cpuMs, bytes: bytes.length })));
