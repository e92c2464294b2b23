import type { DatasetSource } from "../protocol.js";
import { fashionMnist } from "./fashion-mnist.js";
import { mnist } from "./mnist.js";

/** The data sets that come with the package; a test fails when a file of this folder is missing here. */
export const sources: readonly DatasetSource[] = [mnist, fashionMnist];
