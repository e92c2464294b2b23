import { messageOf } from "./errors.js";

/** What the system's codes mean for a path. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EISDIR: "it is a folder",
  ENOTDIR: "one of the folders in the path is a file",
  EACCES: "its permissions forbid it",
  EPERM: "its permissions forbid it",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
  EFBIG: "it is larger than files may be here",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead in a circle",
};

/**
 * Why a file could not be read or written, in words; the system's own code where there are none for it.
 *
 * @example
 * ```ts
 * whyOfFile(Object.assign(new Error("ENOENT: no such file or directory"), { code: "ENOENT" })); // => "it does not exist"
 * whyOfFile(Object.assign(new Error("EIO: i/o error"), { code: "EIO" })); // => "EIO"
 * ```
 */
export function whyOfFile(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && (WORDS[code] ?? code)) || messageOf(error);
}
