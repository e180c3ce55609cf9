// Times OpenVINO on one thread, as `atelier benchmark` times our engines: the way from pictures in memory
// to logits, after a warm-up.
//
//   openvino MODEL.onnx PICTURES BATCH ITERATIONS
//
// PICTURES is a file of floats, 784 a picture. Prints the median in milliseconds; the logits of the
// last run go to standard error, for whoever wants to compare them.

#include <openvino/c/openvino.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PIXELS = 784, WARM_UP = 20 };

static void check(ov_status_e status, const char *what) {
  if (status == OK) return;
  fprintf(stderr, "openvino: %s: %s\n", what, ov_get_error_info(status));
  exit(1);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int compare(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

int main(int count, char **arguments) {
  if (count != 5) return 64;
  const int64_t batch = atoll(arguments[3]);
  const int iterations = atoi(arguments[4]);
  float *pictures = malloc((size_t)batch * PIXELS * sizeof(float));
  FILE *file = fopen(arguments[2], "rb");
  if (!file || !pictures
      || fread(pictures, PIXELS * sizeof(float), (size_t)batch, file) != (size_t)batch)
    return 1;
  fclose(file);

  ov_core_t *core;
  ov_model_t *model;
  ov_compiled_model_t *compiled;
  ov_infer_request_t *request;
  ov_tensor_t *input, *output;
  ov_shape_t shape;
  ov_partial_shape_t partial;
  const int64_t dimensions[] = {batch, 1, 28, 28};
  check(ov_core_create(&core), "create");
  check(ov_core_read_model(core, arguments[1], 0, &model), "read");
  check(ov_partial_shape_create_static(4, dimensions, &partial), "shape");
  check(ov_model_reshape_single_input(model, partial), "reshape");
  // Without the hint it would compute in bfloat16 where the processor can, which is less exact.
  check(ov_core_compile_model(core, model, "CPU", 8, &compiled, "INFERENCE_NUM_THREADS", "1",
                              "NUM_STREAMS", "1", "INFERENCE_PRECISION_HINT", "f32",
                              "PERFORMANCE_HINT", "LATENCY"),
        "compile");
  check(ov_compiled_model_create_infer_request(compiled, &request), "request");
  check(ov_shape_create(4, dimensions, &shape), "shape");
  check(ov_tensor_create_from_host_ptr(F32, shape, pictures, &input), "tensor");
  check(ov_infer_request_set_input_tensor(request, input), "input");
  double *times = malloc((size_t)iterations * sizeof(double));
  for (int i = -WARM_UP; i < iterations; ++i) {
    const double start = seconds();
    check(ov_infer_request_infer(request), "infer");
    if (i >= 0) times[i] = seconds() - start;
  }
  qsort(times, (size_t)iterations, sizeof(double), compare);
  printf("%.6f\n", times[iterations / 2] * 1e3);
  void *logits;
  size_t size;
  check(ov_infer_request_get_output_tensor(request, &output), "output");
  check(ov_tensor_data(output, &logits), "logits");
  check(ov_tensor_get_size(output, &size), "logits");
  fwrite(logits, sizeof(float), size, stderr);
  return 0;
}
