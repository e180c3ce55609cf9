import Networks
import OnnxModel
import StateDictFiles

extension ModelImport {
  /// What a file turned out to be.
  enum Source {
    /// Weights of one of our architectures, and the logits of the graph they came in, if any.
    case weights(Architecture, StateDict, original: OriginalGraph?)
    /// A graph that only ONNX Runtime can run.
    case graph([UInt8], parameterCount: Int)

    /// Recognises a file.
    init(_ bytes: [UInt8], classCount: Int) throws(ModelImportError) {
      // A ZIP archive, or the pickle that PyTorch wrote before 1.6.
      if bytes.starts(with: [0x50, 0x4b]) || bytes.starts(with: [0x80]) {
        self = try Self.stateDict(bytes, classCount: classCount)
      } else {
        self = try Self.onnx(bytes, classCount: classCount)
      }
    }

    private static func stateDict(
      _ bytes: [UInt8], classCount: Int
    ) throws(ModelImportError) -> Source {
      let weights: StateDict
      do {
        weights = try StateDictFile.read(bytes)
      } catch {
        throw .stateDict(error)
      }
      let (architecture, conforming) = try recognize(weights, classCount: classCount)
      return .weights(architecture, conforming, original: nil)
    }

    private static func onnx(
      _ bytes: [UInt8], classCount: Int
    ) throws(ModelImportError) -> Source {
      let file: OnnxFile
      do {
        file = try OnnxFile(bytes)
      } catch .damaged {
        throw .unknownFormat
      } catch {
        throw .onnx(error)
      }
      let original = try OriginalGraph(bytes, classCount: classCount)
      guard
        let (architecture, weights) = try? recognize(file.weights, classCount: classCount),
        original.isComputed(by: architecture, with: weights, classCount: classCount)
      else { return .graph(bytes, parameterCount: file.parameterCount) }
      return .weights(architecture, weights, original: original)
    }

    /// The architecture that weights fit.
    private static func recognize(
      _ weights: StateDict, classCount: Int
    ) throws(ModelImportError) -> (Architecture, StateDict) {
      var errors: [Architecture: StateDictError] = [:]
      for architecture in Architecture.allCases {
        do throws(StateDictError) {
          let network = architecture.network(classCount: classCount)
          return (architecture, try weights.conforming(to: network))
        } catch .notFinite(let name) {
          throw .notFinite(parameter: name)
        } catch {
          errors[architecture] = error
        }
      }
      throw .unknownArchitecture(errors)
    }
  }
}
