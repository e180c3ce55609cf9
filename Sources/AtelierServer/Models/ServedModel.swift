import Classification
import ModelStore
import Pipeline

/// A version that is loaded. Whoever holds it keeps its engines.
final class ServedModel: Sendable {
  let model: LoadedModel

  init(_ model: LoadedModel) {
    self.model = model
  }

  var version: ModelVersion { model.version }
  var name: String { model.version.name }

  /// The engine of requests that name none: ONNX Runtime, or another one where that is not loaded.
  var defaultEngine: EngineKind {
    let available = model.availableEngines
    return [.onnx, .native].first(where: available.contains) ?? available.first ?? .onnx
  }

  /// The classifier of an engine.
  ///
  /// - Throws: ``APIError`` with status 503 when the engine is not loaded, and why where the reason is in
  ///   the version.
  func classifier(for engine: EngineKind) throws(APIError) -> Classifier {
    do throws(InferenceError) {
      return try model.classifier(for: engine)
    } catch {
      guard model.failures.keys.contains(engine) else {
        guard case .engineUnavailable = error else { throw APIError(error) }
        // Nothing is going to change before the service is started anew.
        throw .unavailable(
          .engineUnavailable,
          "the engine \(engine.displayName) is not loaded: the service was started without it; there are "
            + model.availableEngines.map(\.rawValue).joined(separator: ", "), retryAfter: 3_600)
      }
      guard version.has(ModelForm(engine: engine)) else {
        throw .unavailable(
          .engineUnavailable,
          "the engine \(engine.displayName) is not loaded: model version \(name) has no "
            + "\(ModelForm(engine: engine).fileName)", retryAfter: 30)
      }
      throw APIError(error)
    }
  }

  /// What forbids that the version takes the place of the one that is served; `nil` when nothing does.
  ///
  /// Every form it has must run, wherever the service has the engine. It need not have all: those who ask
  /// for an engine whose form it lacks are told so.
  var obstacle: String? {
    for (engine, _) in model.failures.sorted(by: { $0.key.rawValue < $1.key.rawValue })
    where version.has(ModelForm(engine: engine)) {
      return "\(ModelForm(engine: engine).fileName) of model version \(name) cannot be run; "
        + "the service's log says why"
    }
    guard !model.availableEngines.isEmpty else {
      return "model version \(name) has no form for any engine of this service"
    }
    return nil
  }
}
