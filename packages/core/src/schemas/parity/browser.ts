import { browserNameSchema } from "../names.js";

/** Null in Node, and in a report that was written before browsers were recorded: it was Chromium then. */
export const browserSchema = browserNameSchema.nullable().default(null);
