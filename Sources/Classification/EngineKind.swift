/// The runtimes that can execute a model.
public enum EngineKind: String, CaseIterable, Sendable, Codable {
  /// LibTorch, operator by operator.
  case pytorch
  /// LibTorch running a frozen TorchScript module.
  case torchscript
  /// ONNX Runtime.
  case onnx
  /// LibTorch with dynamically quantized int8 linear layers.
  case quantized
  /// Atelier's own engine.
  case native

  /// The name in JSON answers and tables.
  public var displayName: String {
    switch self {
    case .pytorch: "PyTorch"
    case .torchscript: "TorchScript"
    case .onnx: "ONNX"
    case .quantized: "PyTorch (Quantized)"
    case .native: "Native"
    }
  }
}
