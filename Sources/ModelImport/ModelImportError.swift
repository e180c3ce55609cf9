public import Classification
public import ModelStore
public import Networks
public import OnnxModel
public import StateDictFiles
public import Training

/// Why a file did not become a model version.
public enum ModelImportError: Error, Sendable, Hashable {
  /// This build comes without the libraries that make and check the forms of a version.
  case librariesMissing
  /// The file begins like neither kind of file that can be imported.
  case unknownFormat
  /// It is not a state dict that can be read.
  case stateDict(StateDictFileError)
  /// It is not an ONNX model that can be used.
  case onnx(OnnxFileError)
  /// The weights fit none of our architectures.
  case unknownArchitecture([Architecture: StateDictError])
  /// The weights hold a NaN or an infinity.
  case notFinite(parameter: String)
  /// ONNX Runtime cannot run the graph as a classifier of 28x28 pictures.
  case unusableGraph(reason: String, classCount: Int)
  /// Two forms of the version answer differently.
  case disagreement(EngineKind, EngineKind, difference: Float, tolerance: Float)
  /// An engine cannot run its form of the version.
  case engine(EngineKind, reason: String)
  /// The forms cannot be written.
  case export(ExportError)
  /// The store cannot take the version.
  case store(ModelStoreError)
}

extension ModelImportError: CustomStringConvertible {
  /// What is wrong with the file, and what is expected.
  public var description: String {
    switch self {
    case .librariesMissing:
      "importing needs LibTorch and ONNX Runtime, which this build does not have; import with a full "
        + "build (scripts/setup, and no ATELIER_MINIMAL), into the same store"
    case .unknownFormat:
      "this is neither a PyTorch state dict (.pth, saved with torch.save(model.state_dict(), path)) "
        + "nor an ONNX model (.onnx)"
    case .stateDict(let error): error.description
    case .onnx(let error): "the ONNX model cannot be used: \(error)"
    case .unknownArchitecture(let errors):
      "the weights fit none of the architectures: "
        + Architecture.allCases.compactMap { architecture in
          errors[architecture].map { "for \(architecture.rawValue), \($0)" }
        }.joined(separator: "; ")
    case .notFinite(let parameter):
      "the parameter \(parameter) holds values that are not finite numbers; the training run diverged"
    case .unusableGraph(let reason, let classCount):
      "the graph cannot be run on pictures of N x 1 x 28 x 28 floats with N x \(classCount) logits: \(reason)"
    case .disagreement(let one, let other, let difference, let tolerance):
      "\(one.displayName) and \(other.displayName) answer differently: logits differ by \(difference), "
        + "and at most \(tolerance) is allowed"
    case .engine(let engine, let reason):
      "\(engine.displayName) cannot run the model: \(reason)"
    case .export(let error): error.description
    case .store(let error): error.description
    }
  }
}

extension ModelImportError {
  /// Whether the bytes are no whole model at all, rather than one that is not wanted.
  public var isDamage: Bool {
    switch self {
    case .unknownFormat, .onnx(.damaged), .onnx(.tensorDamaged): return true
    case .stateDict(let error):
      switch error.reason {
      case .damaged, .legacyFormat: return true
      default: return false
      }
    default: return false
    }
  }
}
