// The part of ONNX Runtime's C API that OnnxEngine uses.
//
// ONNX Runtime's packages for Python bring the library without a header. The API is a table of
// function pointers that is only ever appended to, so the members used are declared here at their
// documented positions for API version 12 (ONNX Runtime 1.12 and later); the positions between
// them stay nameless. OnnxEngineTests calls every one, but for the two that take CUDA's options,
// which need a library built with CUDA. Source: ONNX Runtime's onnxruntime_c_api.h, `struct OrtApi`.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define ORT_API_VERSION 12

typedef struct OrtEnv OrtEnv;
typedef struct OrtStatus OrtStatus;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtSession OrtSession;
typedef struct OrtValue OrtValue;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtCUDAProviderOptionsV2 OrtCUDAProviderOptionsV2;

typedef enum { ORT_LOGGING_LEVEL_FATAL = 4 } OrtLoggingLevel;
typedef enum { ORT_ENABLE_ALL = 99 } GraphOptimizationLevel;
typedef enum { ORT_ARENA_ALLOCATOR = 1 } OrtAllocatorType;
typedef enum { ORT_MEM_TYPE_DEFAULT = 0 } OrtMemType;
typedef enum { ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT = 1 } ONNXTensorElementDataType;

// Every call answers with a status to release, or with NULL when it succeeded.
typedef OrtStatus *_Nullable OrtResult;

// Where a call puts what it makes.
#define ORT_OUT(type) type *_Nullable *_Nonnull

#define ORT_UNUSED(first, last) void *_Nullable unused_##first[(last) - (first) + 1];

#pragma clang assume_nonnull begin

typedef struct {
  ORT_UNUSED(0, 1)
  const char *_Nonnull (*_Nonnull GetErrorMessage)(const OrtStatus *status);
  OrtResult (*_Nonnull CreateEnv)(OrtLoggingLevel level, const char *log_id, ORT_OUT(OrtEnv) out);
  ORT_UNUSED(4, 7)
  OrtResult (*_Nonnull CreateSessionFromArray)(
      const OrtEnv *env, const void *model, size_t length, const OrtSessionOptions *options,
      ORT_OUT(OrtSession) out);
  OrtResult (*_Nonnull Run)(
      OrtSession *session, const OrtRunOptions *_Nullable options,
      const char *_Nullable const *_Nonnull input_names,
      const OrtValue *_Nullable const *_Nonnull inputs, size_t input_count,
      const char *_Nullable const *_Nonnull output_names, size_t output_count,
      ORT_OUT(OrtValue) outputs);
  OrtResult (*_Nonnull CreateSessionOptions)(ORT_OUT(OrtSessionOptions) out);
  ORT_UNUSED(11, 22)
  OrtResult (*_Nonnull SetSessionGraphOptimizationLevel)(
      OrtSessionOptions *options, GraphOptimizationLevel level);
  OrtResult (*_Nonnull SetIntraOpNumThreads)(OrtSessionOptions *options, int count);
  OrtResult (*_Nonnull SetInterOpNumThreads)(OrtSessionOptions *options, int count);
  ORT_UNUSED(26, 29)
  OrtResult (*_Nonnull SessionGetInputCount)(const OrtSession *session, size_t *out);
  OrtResult (*_Nonnull SessionGetOutputCount)(const OrtSession *session, size_t *out);
  ORT_UNUSED(32, 32)
  OrtResult (*_Nonnull SessionGetInputTypeInfo)(
      const OrtSession *session, size_t index, ORT_OUT(OrtTypeInfo) out);
  OrtResult (*_Nonnull SessionGetOutputTypeInfo)(
      const OrtSession *session, size_t index, ORT_OUT(OrtTypeInfo) out);
  ORT_UNUSED(35, 35)
  OrtResult (*_Nonnull SessionGetInputName)(
      const OrtSession *session, size_t index, OrtAllocator *allocator, ORT_OUT(char) out);
  OrtResult (*_Nonnull SessionGetOutputName)(
      const OrtSession *session, size_t index, OrtAllocator *allocator, ORT_OUT(char) out);
  ORT_UNUSED(38, 48)
  OrtResult (*_Nonnull CreateTensorWithDataAsOrtValue)(
      const OrtMemoryInfo *memory, void *data, size_t byte_count, const int64_t *shape, size_t rank,
      ONNXTensorElementDataType type, ORT_OUT(OrtValue) out);
  ORT_UNUSED(50, 54)
  OrtResult (*_Nonnull CastTypeInfoToTensorInfo)(
      const OrtTypeInfo *info, ORT_OUT(const OrtTensorTypeAndShapeInfo) out);
  ORT_UNUSED(56, 59)
  OrtResult (*_Nonnull GetTensorElementType)(
      const OrtTensorTypeAndShapeInfo *info, ONNXTensorElementDataType *out);
  OrtResult (*_Nonnull GetDimensionsCount)(const OrtTensorTypeAndShapeInfo *info, size_t *out);
  OrtResult (*_Nonnull GetDimensions)(
      const OrtTensorTypeAndShapeInfo *info, int64_t *sizes, size_t count);
  ORT_UNUSED(63, 68)
  OrtResult (*_Nonnull CreateCpuMemoryInfo)(
      OrtAllocatorType allocator, OrtMemType type, ORT_OUT(OrtMemoryInfo) out);
  ORT_UNUSED(70, 75)
  OrtResult (*_Nonnull AllocatorFree)(OrtAllocator *allocator, void *pointer);
  ORT_UNUSED(77, 77)
  OrtResult (*_Nonnull GetAllocatorWithDefaultOptions)(ORT_OUT(OrtAllocator) out);
  ORT_UNUSED(79, 92)
  void (*_Nonnull ReleaseStatus)(OrtStatus *_Nullable status);
  ORT_UNUSED(94, 94)
  void (*_Nonnull ReleaseSession)(OrtSession *_Nullable session);
  void (*_Nonnull ReleaseValue)(OrtValue *_Nullable value);
  ORT_UNUSED(97, 97)
  void (*_Nonnull ReleaseTypeInfo)(OrtTypeInfo *_Nullable info);
  ORT_UNUSED(99, 99)
  void (*_Nonnull ReleaseSessionOptions)(OrtSessionOptions *_Nullable options);
  ORT_UNUSED(101, 129)
  OrtResult (*_Nonnull AddSessionConfigEntry)(
      OrtSessionOptions *options, const char *key, const char *value);
  ORT_UNUSED(131, 203)
  OrtResult (*_Nonnull SessionOptionsAppendExecutionProvider_CUDA_V2)(
      OrtSessionOptions *options, const OrtCUDAProviderOptionsV2 *cuda);
  OrtResult (*_Nonnull CreateCUDAProviderOptions)(ORT_OUT(OrtCUDAProviderOptionsV2) out);
  ORT_UNUSED(206, 207)
  void (*_Nonnull ReleaseCUDAProviderOptions)(OrtCUDAProviderOptionsV2 *_Nullable options);
} OrtApi;

typedef struct {
  // NULL when the library is older than `version`.
  const OrtApi *_Nullable (*_Nonnull GetApi)(uint32_t version);
  const char *_Nonnull (*_Nonnull GetVersionString)(void);
} OrtApiBase;

// What the shared library exports, under the name `OrtGetApiBase`.
typedef const OrtApiBase *_Nonnull (*OrtApiBaseGetter)(void);

#pragma clang assume_nonnull end
