import Classification
import ModelStore
import Networks
import Records

/// Versions of the model, as those who ask are told of them.
struct ModelAnswer: Sendable {
  private let models: ServedModels
  /// The name of the version that is served.
  let current: String

  init(_ models: ServedModels) {
    self.models = models
    current = models.current.name
  }

  /// The version that a share of the requests tries; `null` when there is none.
  var canary: OrderedJSON {
    models.canary.map {
      ["version": .string($0.version), "share": .fixed($0.share, decimals: 4)]
    } ?? .null
  }

  /// A version, or what is wrong with it.
  func json(_ item: ModelCatalog.Entry) -> OrderedJSON {
    let name = item.entry.name
    let isCanary = models.canary?.version == name
    let state: OrderedJSON = [
      "version": .string(name),
      "current": .boolean(name == current),
      "loaded": .boolean(models.isLoaded(name)),
      "canary_share": isCanary ? .fixed(models.canary?.share ?? 0, decimals: 4) : .null,
      "shipped": .boolean(item.entry.isShipped),
      "defect": item.defect.map { .string($0.description) } ?? .null,
    ]
    return state.appending(Self.facts(try? item.entry.version.get()))
  }

  private static func facts(_ version: ModelVersion?) -> OrderedJSON {
    let manifest = version?.manifest
    return [
      "architecture": (manifest?.architecture).map { .string($0.rawValue) } ?? .null,
      "created": manifest.map { .string(Timestamp.text($0.created)) } ?? .null,
      "parameters": manifest.map { .integer($0.parameters) } ?? .null,
      "bytes": version.map { .integer($0.size) } ?? .null,
      "classes": .array(manifest?.labels.names.map { .string($0) } ?? []),
      "engines": .array(
        EngineKind.allCases.filter { version?.has(ModelForm(engine: $0)) == true }
          .map { .string($0.displayName) }),
      "validation": metrics(manifest?.metrics["validation"]),
      "test": metrics(manifest?.metrics["test"]),
    ]
  }

  private static func metrics(_ metrics: Manifest.Metrics?) -> OrderedJSON {
    metrics.map {
      [
        "samples": .integer($0.samples),
        "accuracy": .fixed($0.accuracy, decimals: 4),
        "ece": .fixed($0.ece, decimals: 4),
      ]
    } ?? .null
  }
}
