import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that goes away with everything in it. */
export interface TemporaryFolder extends AsyncDisposable {
  /** Its path. */
  readonly path: string;
  /** The path of something in it. */
  at(name: string): string;
}

/** Makes an empty folder for one test. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "zitadel-sync-test-"));
  return {
    path,
    at: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
