import { pooling } from "../families/pooling.js";

export const averagePooling3d = pooling("AveragePool", 3);
