import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { createTar } from "nanotar";

/** A file to be packed. */
export interface PackedFile {
  name: string;
  data: Uint8Array;
  /** Whether it is a program. */
  executable?: boolean;
}

/** Packs files as a `.tar.gz`; the same files at the same time give the same bytes. */
export function tarGz(files: readonly PackedFile[], time: Date): Uint8Array {
  const tar = createTar(
    files.map(({ name, data, executable }) => ({
      name,
      data,
      attrs: { mode: executable ? "755" : "644" },
    })),
    { attrs: { mtime: time.getTime(), uid: 0, gid: 0, user: "root", group: "root" } },
  );
  return gzipSync(tar, { level: 9 });
}

/** Packs files as a `.zip`; the same files at the same time give the same bytes. */
export function zip(files: readonly PackedFile[], time: Date): Uint8Array {
  // A zip holds local time without a zone: written as UTC, it does not depend on where it is made.
  const mtime = new Date(time.getTime() + time.getTimezoneOffset() * 60_000);
  const unix = 3;
  return zipSync(
    Object.fromEntries(files.map(({ name, data, executable }) => [name, [
      data,
      { mtime, os: unix, attrs: (executable ? 0o100755 : 0o100644) << 16 >>> 0, level: 9 as const },
    ]])),
  );
}
