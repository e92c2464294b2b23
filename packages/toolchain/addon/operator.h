/** What an operator of our own needs of TensorFlow's C API: attributes, inputs, an output, registration. All tensors are float32 in NHWC. */
#ifndef CONGRUENT_OPERATOR_H_
#define CONGRUENT_OPERATOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace congruent {

/** A node's attributes, while its kernel is made; the first error is reported to TensorFlow at the end. */
class Construction {
 public:
  explicit Construction(TF_OpKernelConstruction* node) : node_(node), status_(TF_NewStatus()) {
    if (Text("data_format") != "NHWC") Fail("Congruent's operators need NHWC");
  }

  ~Construction() {
    if (!ok()) TF_OpKernelConstruction_Failure(node_, status_);
    TF_DeleteStatus(status_);
  }

  void Fail(const char* message) {
    if (ok()) TF_SetStatus(status_, TF_INVALID_ARGUMENT, message);
  }

  /** Four numbers, one for each of NHWC. */
  std::vector<int32_t> Sizes(const char* name) {
    std::vector<int32_t> sizes(4, 1);
    if (ok()) TF_OpKernelConstruction_GetAttrInt32List(node_, name, sizes.data(), 4, status_);
    return sizes;
  }

  std::string Text(const char* name) {
    char text[16] = {0};
    if (ok()) TF_OpKernelConstruction_GetAttrString(node_, name, text, sizeof(text) - 1, status_);
    return text;
  }

  int Number(const char* name) {
    int32_t value = 0;
    if (ok()) TF_OpKernelConstruction_GetAttrInt32(node_, name, &value, status_);
    return value;
  }

  bool Flag(const char* name) {
    TF_Bool value = 0;
    if (ok()) TF_OpKernelConstruction_GetAttrBool(node_, name, &value, status_);
    return value != 0;
  }

 private:
  bool ok() const { return TF_GetCode(status_) == TF_OK; }

  TF_OpKernelConstruction* node_;
  TF_Status* status_;
};

/** The tensors of one call; the first error is reported to TensorFlow at its end. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}

  ~Call() {
    if (!ok()) TF_OpKernelContext_Failure(context_, status_);
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }

  bool ok() const { return TF_GetCode(status_) == TF_OK; }

  void Fail(const char* message) {
    if (ok()) TF_SetStatus(status_, TF_INVALID_ARGUMENT, message);
  }

  TF_Tensor* Input(int i) {
    TF_Tensor* tensor = nullptr;
    if (ok()) TF_GetInput(context_, i, &tensor, status_);
    if (tensor != nullptr) tensors_.push_back(tensor);
    return tensor;
  }

  float* Output(const std::vector<int64_t>& dims) {
    if (!ok()) return nullptr;
    size_t count = 1;
    for (const int64_t dim : dims) count *= static_cast<size_t>(dim);
    TF_Tensor* tensor = TF_AllocateOutput(context_, 0, TF_FLOAT, dims.data(), static_cast<int>(dims.size()), count * sizeof(float), status_);
    if (tensor == nullptr) return nullptr;
    tensors_.push_back(tensor);
    return static_cast<float*>(TF_TensorData(tensor));
  }

 private:
  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
};

inline const float* Floats(TF_Tensor* tensor) { return static_cast<const float*>(TF_TensorData(tensor)); }

inline std::vector<int64_t> Dims(Call& call, TF_Tensor* tensor) {
  std::vector<int64_t> dims;
  if (tensor == nullptr) return {0, 0, 0, 0};
  for (int i = 0; i < TF_NumDims(tensor); ++i) dims.push_back(TF_Dim(tensor, i));
  if (dims.size() != 4) {
    call.Fail("Congruent's operators take tensors of rank 4");
    return {0, 0, 0, 0};
  }
  return dims;
}

/** A shape that is given as the values of a tensor of int32. */
inline std::vector<int64_t> Sizes(Call& call, TF_Tensor* tensor) {
  if (tensor == nullptr || TF_TensorType(tensor) != TF_INT32 || TF_TensorElementCount(tensor) != 4) {
    call.Fail("Congruent's operators take four sizes in int32");
    return {0, 0, 0, 0};
  }
  const auto* values = static_cast<const int32_t*>(TF_TensorData(tensor));
  return {values[0], values[1], values[2], values[3]};
}

/** The functions of a kernel: its state is what `create` returns. */
struct Kernel {
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void*, TF_OpKernelContext*);
  void (*remove)(void*);
};

/** Shapes are those of the values: none is known before. */
inline void UnknownShape(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

/** Makes an operator known to TensorFlow, on the CPU, with the attributes `T` and `data_format` besides those given. */
inline void RegisterOperator(const char* name, const std::vector<const char*>& inputs, const std::vector<const char*>& attributes,
                             const Kernel& kernel) {
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(name);
  TF_OpDefinitionBuilderAddAttr(op, "T: {float}");
  TF_OpDefinitionBuilderAddAttr(op, "data_format: string = 'NHWC'");
  for (const char* attribute : attributes) TF_OpDefinitionBuilderAddAttr(op, attribute);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(op, input);
  TF_OpDefinitionBuilderAddOutput(op, "output: T");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, UnknownShape);
  TF_Status* status = TF_NewStatus();
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", kernel.create, kernel.compute, kernel.remove), status);
  }
  TF_DeleteStatus(status);
}

}  // namespace congruent

#endif  // CONGRUENT_OPERATOR_H_
