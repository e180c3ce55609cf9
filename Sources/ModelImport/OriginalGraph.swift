import Classification
import Networks
import OnnxEngine
import TorchEngines

/// The ONNX model of an import, and what it answers to the pictures that forms are compared on.
struct OriginalGraph {
  /// The answers to ``FormAgreement/pictures``.
  let logits: [Logits]

  /// Runs a model.
  ///
  /// - Throws: ``ModelImportError/unusableGraph(reason:classCount:)`` when ONNX Runtime cannot.
  init(_ bytes: [UInt8], classCount: Int) throws(ModelImportError) {
    do throws(InferenceError) {
      let engine = try OnnxEngine(model: bytes, classCount: classCount)
      logits = try engine.logits(for: FormAgreement.pictures)
    } catch {
      throw .unusableGraph(reason: error.reason, classCount: classCount)
    }
    guard logits.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
      throw .unusableGraph(reason: "its answers are not finite numbers", classCount: classCount)
    }
  }

  /// Whether an architecture with the graph's weights answers as the graph does.
  func isComputed(
    by architecture: Architecture, with weights: StateDict, classCount: Int
  ) -> Bool {
    guard
      let engine = try? EagerEngine(
        network: architecture.network(classCount: classCount), stateDict: weights),
      let answers = try? engine.logits(for: FormAgreement.pictures)
    else { return false }
    return FormAgreement.excess(of: answers, over: logits) == nil
  }
}
