import { ownScript } from "@congruent/core/process";

const { path, execArgv } = ownScript(new URL("../bin.js", import.meta.url));

/** What Node is started with to run the command line: `execa(process.execPath, [...bin, "parity", …])`. */
export const bin: readonly string[] = [...execArgv, path];
