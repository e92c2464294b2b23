import { CongruentError } from "@congruent/core";
import { writeError } from "@congruent/core/files";

/** What the system says of a place, not of a program. */
const OF_A_PLACE = ["ENOSPC", "EDQUOT", "EROFS", "EFBIG"];

/**
 * A system's error of a place that cannot be written, such as the folder of temporary files, as the coded one that names it; null for all
 * others. What writes a file for people names it itself: this is for what nobody foresaw.
 */
export function placeError(error: unknown): CongruentError | null {
  const { code = "", syscall, path } = (error ?? {}) as NodeJS.ErrnoException;
  const ofTemporary = syscall === "mkdtemp";
  if (!ofTemporary && !OF_A_PLACE.includes(code)) return null;
  const found = writeError(path ?? "a file", error);
  if (!ofTemporary) return found;
  const fix = "name a folder for temporary files that can be written with TMPDIR";
  return new CongruentError({ code: found.code, what: found.what, fix, cause: error });
}
