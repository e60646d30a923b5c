/**
 * Makes one file of a program that Node 20 runs: Node knows neither TypeScript nor `npm:` nor `await using`.
 *
 * Usage: `deno run -A tests/bundle_for_node.ts <program> <file to write>`
 *
 * @module
 */
import { stop, transform } from "esbuild";

if (import.meta.main) {
  const [program, target] = Deno.args;
  if (program === undefined || target === undefined) throw new Error("Usage: <program> <target>");
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "deno", program],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const { code } = await transform(new TextDecoder().decode(stdout), {
    format: "esm",
    target: "node20",
  });
  await Deno.writeTextFile(target, code);
  await stop();
}
