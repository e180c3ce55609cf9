/// The hardware that ONNX Runtime computes on.
public enum ExecutionProvider: String, Sendable, CaseIterable, Codable {
  /// The processor.
  case cpu
  /// The first NVIDIA GPU; needs a build of ONNX Runtime with CUDA, named by `ONNXRUNTIME_DIR` when
  /// `scripts/setup` runs.
  case cuda
}
