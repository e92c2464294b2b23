import {
  inspectCudaLibraries,
  inspectCudnn,
  inspectDriver,
  inspectProvider,
} from "../onnxruntime/cuda-state.js";
import type { Inspection, Tool } from "../tool.js";

function part(name: string, title: string, look: () => Inspection | Promise<Inspection>): Tool {
  return { name, title, optional: true, inspect: async () => look() };
}

export const cudaDriver = part("cuda-driver", "NVIDIA driver (node-cuda)", inspectDriver);
export const cudaLibraries = part("cuda-libraries", "CUDA 13 (node-cuda)", inspectCudaLibraries);
export const cudnn = part("cudnn", "cuDNN 9 (node-cuda)", inspectCudnn);
export const cudaProvider = part("cuda-provider", "ONNX Runtime's CUDA provider (node-cuda)", () =>
  inspectProvider(),
);
