import picocolors from "picocolors";

const { FORCE_COLOR, NO_COLOR, TERM } = process.env;

/** Colors on terminals only; a file or a pipe gets plain text, in CI too, unless FORCE_COLOR asks for more. */
const wanted = FORCE_COLOR ? FORCE_COLOR !== "0" : process.stdout.isTTY && !NO_COLOR && TERM !== "dumb";

export const colors = picocolors.createColors(Boolean(wanted));
