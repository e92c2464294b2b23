import { componentRules } from "./component-rules.js";
import { graphRules } from "./graph-rules.js";
import { pageRules } from "./page-rules.js";
import { printRules } from "./print-rules.js";
import { studyRules } from "./study-rules.js";
import { tableRules } from "./table-rules.js";
import { tokens } from "./tokens.js";

/** Style sheet of the components, for pages that embed them; every class begins with `cg-`. */
export const componentStyles = [tokens, componentRules, tableRules].join("\n");

/** Style sheet of whole reports. */
export const reportStyles = [componentStyles, pageRules, graphRules, printRules, studyRules].join("\n");
