/** Runs Node with these arguments as scripts/start.mjs runs the command line. */
import { foreground } from "../set-up/child.mjs";

process.exitCode = await foreground(process.execPath, process.argv.slice(2));
