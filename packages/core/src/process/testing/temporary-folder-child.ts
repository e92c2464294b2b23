/** `node temporary-folder-child.js PARENT HOW`: makes a temporary folder, says which, then exits or waits to be killed. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "../../temporary-folder.js";

const [parent = "", how] = process.argv.slice(2);
const folder = await temporaryFolder("child", parent);
await writeFile(join(folder, "half-written"), "some bytes");
process.stdout.write(folder, () => {
  if (how === "exit") process.exit(130);
});
setInterval(() => undefined, 1000);
