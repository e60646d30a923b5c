import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { compatFlags } from "../../compat/deno.ts";

const root = new URL("../..", import.meta.url);

async function deno(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: root.pathname,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(err);
  return { stdout: out!, stderr: err! };
}

/** The files of the checkout that a module needs, as paths in it. */
async function neededBy(module: string): Promise<string[]> {
  const { modules }: { modules: { specifier: string }[] } = JSON.parse(
    (await deno("info", ...await compatFlags("runtime"), "--json", module)).stdout,
  );
  // What stands in for @std here is the real one for those who install from JSR.
  return modules.flatMap(({ specifier }) =>
    specifier.startsWith(root.href) ? [specifier.slice(root.href.length)] : []
  ).filter((path) => !path.startsWith("compat/"));
}

describe("full: publish", () => {
  it("deno publish carries the library, the command line with its demo, and nothing else", async () => {
    const { stderr } = await deno("publish", "--dry-run", "--allow-dirty");
    const files = [...stderr.matchAll(/^ *(file:\S+) \(/gm)].map(([, url]) =>
      url!.slice(root.href.length)
    );
    const modules = new Set([
      ...await neededBy("mod.ts"),
      ...await neededBy("cli.ts"),
      ...await neededBy("server.ts"),
    ]);
    const texts = ["CHANGELOG.md", "LICENSE", "README.md", "deno.json"];
    assertEquals(files.sort(), [...texts, ...modules].sort());
  });
});
