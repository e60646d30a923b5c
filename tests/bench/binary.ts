/**
 * Start and size of the binary beside those of an empty program, compiled alike.
 *
 * @module
 */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleProgram, compile } from "../../tools/compile.ts";
import { table } from "./table.ts";

/** How often each program is started. */
const RUNS = 60;

/** What the binary may cost, as a ratio to the empty program. */
const BUDGET = { start: 1.3, size: 1.05 };

/** Measures, and answers the table; throws if the binary is beyond its budget. */
export async function benchBinary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "zitadel-sync-bench-"));
  try {
    const empty = join(folder, "empty");
    await writeFile(`${empty}.js`, "");
    await compile(`${empty}.js`, empty);
    const binary = join(folder, "zitadel-sync");
    await compile(await bundleProgram(join(folder, "bundle")), binary);

    const programs: [name: string, file: string, args: string[]][] = [
      ["an empty program", empty, []],
      ["zitadel-sync --version", binary, ["--version"]],
      ["zitadel-sync help", binary, ["help"]],
      ["zitadel-sync demo --quiet", binary, ["demo", "--quiet"]],
    ];
    const times = programs.map((): number[] => []);
    // By turns, so that whatever else the machine does hits all alike.
    for (let n = 0; n < RUNS; n++) {
      for (const [i, [, file, args]] of programs.entries()) times[i]!.push(await start(file, args));
    }
    const medians = times.map((all) => all.sort((a, b) => a - b)[RUNS / 2]!);
    const sizes = await Promise.all(programs.map(async ([, file]) => (await stat(file)).size));
    const rows = programs.map(([name], i) => [
      name,
      `${medians[i]!.toFixed(1)} ms`,
      (medians[i]! / medians[0]!).toFixed(2),
      `${(sizes[i]! / 1e6).toFixed(1)} MB`,
      (sizes[i]! / sizes[0]!).toFixed(3),
    ]);
    const told = `Binary: median of ${RUNS} starts, and size\n\n${
      table([["", "start", "ratio", "size", "ratio"], ...rows])
    }`;
    if (medians[1]! / medians[0]! > BUDGET.start || sizes[1]! / sizes[0]! > BUDGET.size) {
      throw new Error(`The binary is beyond its budget (${JSON.stringify(BUDGET)})\n\n${told}`);
    }
    return told;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function start(file: string, args: string[]): Promise<number> {
  const before = performance.now();
  const { success } = await new Deno.Command(file, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`${file} ${args.join(" ")} failed`);
  return performance.now() - before;
}
