/** The five studies, in their order. */
import type { Study } from "../study.js";
import { classicalVsCnn } from "./classical-vs-cnn.js";
import { comparative } from "./comparative.js";
import { mlpVsCnn } from "./mlp-vs-cnn.js";
import { regcnn } from "./regcnn.js";
import { tunedMlp } from "./tuned-mlp.js";

export const studies: readonly Study[] = [comparative, regcnn, mlpVsCnn, tunedMlp, classicalVsCnn];
