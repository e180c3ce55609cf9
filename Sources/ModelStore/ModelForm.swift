public import Classification

/// The files a model version consists of: one for each runtime, and the garment detector.
public enum ModelForm: String, CaseIterable, Sendable, Codable {
  /// A PyTorch state dict.
  case stateDict
  /// A TorchScript module.
  case torchscript
  /// An ONNX graph.
  case onnx
  /// A TorchScript module with int8 linear layers.
  case quantized
  /// Weights packed for Atelier's own engine.
  case native
  /// What tells garments from other pictures, whichever runtime classifies them.
  case garmentDetector

  /// The file's name in the version's folder.
  public var fileName: String {
    switch self {
    case .stateDict: "model.pth"
    case .torchscript: "model.pt"
    case .onnx: "model.onnx"
    case .quantized: "model-int8.pt"
    case .native: "model.atelier"
    case .garmentDetector: "garment-detector.pth"
    }
  }

  /// The form an engine runs.
  public init(engine: EngineKind) {
    self =
      switch engine {
      case .pytorch: .stateDict
      case .torchscript: .torchscript
      case .onnx: .onnx
      case .quantized: .quantized
      case .native: .native
      }
  }
}
