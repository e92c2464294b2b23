/** Every operator of the domain ai.onnx.ml. */
import type { Operators } from "../../call.js";
import { features } from "./features.js";
import { labels } from "./labels.js";
import { linear } from "./linear.js";
import { svm } from "./svm.js";
import { trees } from "./trees.js";

/** One entry for each file of this folder. */
export const mlFamilies: Readonly<Record<string, Operators>> = { features, labels, linear, svm, trees };
