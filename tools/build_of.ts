import type { Build } from "../src/version.ts";
import { run } from "./run.ts";

/** The commit that a build made now comes from; undefined outside of a git checkout. */
export async function describeBuild(): Promise<Build | undefined> {
  const git = (...args: string[]) => run("git", ["-c", "core.abbrev=12", ...args]);
  try {
    const [commit, seconds] = (await git("log", "-1", "--format=%h %ct")).trim().split(" ");
    const changed = await git("status", "--porcelain", "--untracked-files=no") !== "";
    return {
      commit: `${commit}${changed ? "+changes" : ""}`,
      date: new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z"),
    };
  } catch {
    return undefined;
  }
}
