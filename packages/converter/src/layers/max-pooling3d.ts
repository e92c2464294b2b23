import { pooling } from "../families/pooling.js";

export const maxPooling3d = pooling("MaxPool", 3);
