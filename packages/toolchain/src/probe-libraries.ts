/** Child process: `node probe-libraries.js NAME…` prints for each library why it cannot be loaded, or null, as JSON. */
import { whyNotLoadable } from "./shared-library.js";

process.stdout.write(JSON.stringify(process.argv.slice(2).map(whyNotLoadable)));
