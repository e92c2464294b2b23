/**
 * The part of set-up that runs from the toolchain's sources, in a process of its own: the dependencies are installed by then.
 * `provide.mjs NEED… [--again] [--verbose]`, with the needs of packages/toolchain/src/set-up.ts.
 */
import { setUpSteps } from "../../packages/toolchain/src/set-up.ts";
import { main } from "./failure.mjs";
import { createPrinter } from "./printer.mjs";

const args = process.argv.slice(2);

await main(
  async () => {
    const printer = createPrinter();
    const wanted = args.filter((arg) => !arg.startsWith("--"));
    for (const { title, run } of setUpSteps(wanted, { again: args.includes("--again") })) {
      await printer.step(title, run);
    }
    return 0;
  },
  { verbose: args.includes("--verbose") },
);
