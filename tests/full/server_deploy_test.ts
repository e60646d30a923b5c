import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readFile, writeFile } from "node:fs/promises";
import { loadCommands } from "../../src/cli/commands.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

const deploy = (name: string) => new URL(`../../deploy/${name}`, import.meta.url);

async function systemdAnalyze(...args: string[]): Promise<{ success: boolean; text: string }> {
  const { success, stdout, stderr } = await new Deno.Command("systemd-analyze", {
    args,
    env: { SYSTEMD_COLORS: "0", LANG: "C" },
  }).output();
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { success, text };
}

/** The names of settings in a text that the program does not know. */
async function unknownSettings(text: string): Promise<string[]> {
  const options = (await loadCommands()).flatMap(({ options }) => Object.values(options));
  const known = new Set(options.flatMap(({ name, env = [] }) => [`--${name}`, ...env]));
  const used = text.match(/\bZITADEL_[A-Z_]+|(?<= )--[a-z-]+(?= \$\{)/g)!;
  return used.filter((name) => !known.has(name));
}

describe("full: server deploy", () => {
  it("the systemd unit is one that systemd takes, hardened, with settings that exist", async () => {
    await using folder = await temporaryFolder();
    const text = await readFile(deploy("zitadel-sync.service"), "utf8");
    assertEquals(await unknownSettings(text), []);
    // The binary need not be installed where the tests run.
    const unit = folder.at("zitadel-sync.service");
    await writeFile(unit, text.replace("/usr/local/bin/zitadel-sync", "/bin/true"));
    assertEquals(await systemdAnalyze("verify", unit), { success: true, text: "" });
    const { text: security } = await systemdAnalyze("security", "--offline=yes", unit);
    const exposure = Number(/Overall exposure level for .*: ([\d.]+)/.exec(security)?.[1]);
    assert(exposure < 2, security);
  });
});
