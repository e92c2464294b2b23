import { pooling } from "../families/pooling.js";

export const maxPooling2d = pooling("MaxPool", 2);
