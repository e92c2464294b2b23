import { browserNameSchema } from "../../browsers.js";

/** Null in Node, and in a report that was written before browsers were recorded: it was Chromium then. */
export const browserSchema = browserNameSchema.nullable().default(null);
