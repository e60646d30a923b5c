/** The code of a system error, such as `ENOENT`; absent if it is something else. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "it is in use, or is a bind mount",
  EDQUOT: "the disk quota is used up",
  EEXIST: "there is a file of that name, not a folder",
  EFBIG: "the file would become too big",
  EIO: "the device reports an error",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links go in circles",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long",
  ENFILE: "too many files are open",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file, not a folder",
  ENXIO: "there is no such device",
  EPERM: "not permitted",
  EPIPE: "nobody reads it any more",
  EROFS: "the file system is read-only",
};

/** A system error in a few words, without the path that the runtime adds in its own way. */
export function formatSystemError(error: unknown): string {
  const code = systemCode(error);
  if (code !== undefined) return WORDS[code] === undefined ? code : `${WORDS[code]} (${code})`;
  if (isDenosRefusal(error)) return "Deno does not let this program in there";
  return error instanceof Error ? error.message : String(error);
}

/** Whether Deno refused: some places, devices among them, need more than `--allow-read` and `--allow-write`. */
export function isDenosRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === "NotCapable";
}
