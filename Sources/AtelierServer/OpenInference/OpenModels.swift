import ModelStore
import Networks

/// The versions of the store under the names that the Open Inference Protocol gives them: a model is an
/// architecture, and its versions are those of the store.
struct OpenModels: Sendable {
  let models: ServedModels
  let catalog: ModelCatalog

  /// The name of the model that a version is one of. A graph of another design is a model of its own.
  static func name(of version: ModelVersion) -> String {
    version.manifest.architecture?.rawValue ?? version.name
  }

  /// The version that answers: the one that is named; else the served one, or its canary, where it is of
  /// the model; else the one of the model that ``standing(among:)`` says. It is loaded if need be.
  ///
  /// - Throws: ``APIError`` when there is none.
  func resolve(_ model: String, _ version: String) async throws(APIError) -> ServedModel {
    guard version.isEmpty else {
      // Asked for first, so that a version of another model is not loaded for nothing.
      let found = try await find(model, version)
      return try await models.model(found.name)
    }
    let served = models.current
    if Self.name(of: served.version) == model {
      let canary = models.canary.flatMap { models.loaded($0.version) }
      // Nobody is counted whom the canary cannot answer.
      return canary.map { Self.name(of: $0.version) == model } == true
        ? try await models.model(nil) : served
    }
    return try await models.model(find(model, "").name)
  }

  /// A version as the store has it; when none is named, the one that answers.
  ///
  /// - Throws: ``APIError`` with status 404 when there is none.
  func find(_ model: String, _ version: String) async throws(APIError) -> ModelVersion {
    if !version.isEmpty, let loaded = models.loaded(version), Self.name(of: loaded.version) == model
    {
      return loaded.version
    }
    let all = try await versions(of: model)
    if version.isEmpty {
      let current = models.current.version
      return Self.name(of: current) == model ? current : standing(among: all)
    }
    guard let found = all.first(where: { $0.name == version }) else {
      throw .notFound(
        "the model \(model) has no version \(version.prefix(80)); it has "
          + all.map(\.name).joined(separator: ", "))
    }
    return found
  }

  /// The version that stands for a model of which none is served: the one that was promoted last, else the
  /// newest that came with the program, else the newest. So no request that names no version is answered by
  /// one that somebody trained or imported and nobody promoted, unless the model has no other.
  ///
  /// - Parameter versions: Those of the model, the newest first; at least one.
  private func standing(among versions: [ModelVersion]) -> ModelVersion {
    guard let store = models.store else { return versions[0] }
    let promoted = store.promoted.lazy.compactMap { name in versions.first { $0.name == name } }
    return promoted.first ?? versions.first(where: store.isShipped) ?? versions[0]
  }

  /// The versions of a model, the newest first.
  ///
  /// - Returns: At least one.
  /// - Throws: ``APIError`` with status 404 when there is none.
  func versions(of model: String) async throws(APIError) -> [ModelVersion] {
    let all = try await catalog.versions()
    let own = all.filter { Self.name(of: $0) == model }
    guard !own.isEmpty else {
      var names: [String] = []
      for name in all.map({ Self.name(of: $0) }) where !names.contains(name) { names.append(name) }
      throw .notFound(
        "there is no model \(model.prefix(80)); there are " + names.joined(separator: ", "))
    }
    return own
  }
}
