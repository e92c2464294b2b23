/** Loaded only to say which name was meant: finding it takes as much code as all other checks of options. */
export { unknownName } from "@congruent/core/essentials";
