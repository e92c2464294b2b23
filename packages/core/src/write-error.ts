import { CongruentError } from "./errors.js";
import { whyOfFile } from "./file-error.js";

/** Turns a file-system error into the coded one that names the path and the remedy. */
export function writeError(path: string, error: unknown): CongruentError {
  if (error instanceof CongruentError) return error;
  const errno = (error as NodeJS.ErrnoException).code ?? "";
  const fixes: Record<string, string> = {
    ENOSPC: "free some disk space, then run the command again",
    EDQUOT: "free some of your disk quota, then run the command again",
    EROFS: "choose a folder on a writable file system",
    EACCES: "choose a folder that you may write to, or change its permissions",
    EPERM: "choose a folder that you may write to, or change its permissions",
    EISDIR: "it is a folder: name a file in it",
    EFBIG: "raise the limit (ulimit -f), or choose a folder on another file system",
    ENOTDIR: "one of the folders in the path is a file: choose another path",
  };
  return new CongruentError({
    code: errno === "ENOSPC" || errno === "EDQUOT" ? "E_DISK_FULL" : "E_WRITE",
    what: `could not write ${path}: ${whyOfFile(error)}`,
    fix: fixes[errno] ?? "choose another path",
    cause: error,
  });
}
