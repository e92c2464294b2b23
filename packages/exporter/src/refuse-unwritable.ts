import { access, constants, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CongruentError } from "@congruent/core";
import { makeDirectory, writeError } from "@congruent/core/files";

/** Checks, before the conversion takes time, that the file can be written. @throws CongruentError `E_WRITE` */
export async function refuseUnwritable(out: string): Promise<void> {
  const found = await stat(out).catch(() => null);
  if (found?.isDirectory()) {
    throw new CongruentError({
      code: "E_WRITE",
      what: `${out} is a folder`,
      expected: "the path of the .onnx file to write",
      fix: `--out ${join(out, "model.onnx")}`,
    });
  }
  try {
    await makeDirectory(dirname(out));
    await access(dirname(out), constants.W_OK);
  } catch (error) {
    throw writeError(out, error);
  }
}
