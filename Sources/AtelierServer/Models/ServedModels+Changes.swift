import Classification
import Logging
import ModelStore
import Pipeline
import Synchronization

extension ServedModels {
  /// What came of a look at the store.
  enum Change: Sendable {
    /// Another version is served.
    case switched(ServedModel)
    /// The promoted version cannot be served, so the one before goes on; said once.
    case refused(version: String?, reason: String)
  }

  /// Serves a version from now on, and says so in the store once it is loaded.
  ///
  /// - Parameter logger: Told why an engine does not load.
  /// - Throws: ``APIError`` when there is no such version, or it cannot be served; the one before is
  ///   then served as it was.
  func promote(_ name: String, logger: Logger) async throws(APIError) -> ServedModel {
    try await inTurn { () throws(APIError) in
      let store = try self.changeableStore()
      let version = try Self.mapped { () throws(ModelStoreError) in
        try store.version(named: name)
      }
      let model = try self.prepared(version, logger)
      try Self.mapped { () throws(ModelStoreError) in try store.promote(name) }
      self.serve(model)
      return model
    }
  }

  /// Serves the version that was served before.
  ///
  /// - Throws: ``APIError`` when there is none, or it cannot be served; the one before is then served as
  ///   it was.
  func rollBack(logger: Logger) async throws(APIError) -> ServedModel {
    try await inTurn { () throws(APIError) in
      let store = try self.changeableStore()
      let previous = try Self.mapped { () throws(ModelStoreError) in try store.previous() }
      let model = try self.prepared(previous, logger)
      let version = try Self.mapped { () throws(ModelStoreError) in try store.rollBack() }
      guard version == model.version else {
        throw .conflict("another process changed the model store meanwhile; try again")
      }
      self.serve(model)
      return model
    }
  }

  /// Deletes a version. Requests that began with it still end with it.
  ///
  /// - Throws: ``APIError`` when there is no such version, or it has to stay.
  func remove(_ name: String) async throws(APIError) {
    try await inTurn { () throws(APIError) in
      guard let store = self.store else { throw .noVersion(name) }
      guard name != self.current.name else {
        throw APIError(ModelStoreError.versionServed(name: name))
      }
      guard name != self.canary?.version else { throw .canaryStays(name) }
      try Self.mapped { () throws(ModelStoreError) in try store.remove(name) }
      self.forget { $0.name == name }
    }
  }

  /// Lets go of the engines of versions that were asked for by name; requests that began with them still
  /// end with them.
  ///
  /// - Throws: ``APIError`` when one of them answers requests that name no version.
  func unload(_ names: Set<String>) throws(APIError) {
    if let served = roles.first(where: { names.contains($0.version) }) {
      if served.version == canary?.version, served.version != current.name {
        throw .canaryStays(served.version)
      }
      throw .conflict(
        "model version \(served.version) answers requests that name none; promote another one first"
      )
    }
    forget { names.contains($0.name) }
  }

  /// Follows what other processes did to the store: a promotion, a removal, a new calibration.
  ///
  /// - Returns: What has changed; `nil` when nothing has.
  func refresh() async -> Change? {
    try? await inTurn { () throws(APIError) in self.follow() }
  }

  private func follow() -> Change? {
    guard let store else { return nil }
    // What did not load may have been mended since.
    forget { $0.obstacle != nil || (try? store.version(named: $0.name)) != $0.version }
    guard !isPinned, store.pointerText != nil else { return nil }
    var name: String?
    do throws(ModelStoreError) {
      let version = try store.current()
      name = version.name
      guard version != current.version else {
        lastComplaint.withLock { $0 = nil }
        return nil
      }
      try version.verify()
      // Loading what did not load before would fail again, and take as long.
      guard lastComplaint.withLock({ $0 != Self.text(of: version) }) else { return nil }
      let model = loaded(version) ?? load(version)
      if let obstacle = model.obstacle {
        lastComplaint.withLock { $0 = Self.text(of: version) }
        return .refused(version: name, reason: obstacle + Self.reasons(model.model))
      }
      serve(model)
      return .switched(model)
    } catch {
      let isNew = lastComplaint.withLock { complaint in
        defer { complaint = error.description }
        return complaint != error.description
      }
      return isNew ? .refused(version: name, reason: error.description) : nil
    }
  }

  private static func text(of version: ModelVersion) -> String {
    "\(version.name) \(version.manifest.hashValue)"
  }

  private static func reasons(_ model: LoadedModel) -> String {
    model.failures.map { ": \($0.key.displayName): \($0.value)" }.sorted().joined()
  }

  private func changeableStore() throws(APIError) -> ModelStore {
    guard let store else { throw .conflict("this service has no model store") }
    guard !isPinned else {
      throw .conflict(
        "the service was started with model version \(current.name), which therefore stays; start it "
          + "without --model to promote others")
    }
    return store
  }

  /// A version with its files checked, loaded and warm.
  private func prepared(
    _ version: ModelVersion, _ logger: Logger
  ) throws(APIError) -> ServedModel {
    try Self.mapped { () throws(ModelStoreError) in try version.verify() }
    let model = loaded(version) ?? load(version)
    if let obstacle = model.obstacle {
      for (engine, error) in model.model.failures {
        logger.error(
          "an engine does not load", error: error,
          metadata: [
            "model_version": .string(version.name), "engine": .string(engine.displayName),
          ])
      }
      throw .conflict(obstacle)
    }
    return model
  }

  /// The model of a version as it is in the store now, if all of it is loaded.
  private func loaded(_ version: ModelVersion) -> ServedModel? {
    loaded(version.name).flatMap { $0.version == version && $0.obstacle == nil ? $0 : nil }
  }

  private func serve(_ model: ServedModel) {
    // Out of the lock: the last reference to engines takes a while to go.
    let before = state.withLock { state in
      state.others.removeAll { $0.name == model.name }
      defer { state.current = model }
      return state.current
    }
    lastComplaint.withLock { $0 = nil }
    withExtendedLifetime(before) {}
  }

  /// Lets go of versions that nobody asked for lately.
  private func forget(_ isGone: (ServedModel) -> Bool) {
    let gone = state.withLock(\.others).filter(isGone)
    state.withLock { state in
      state.others.removeAll { model in gone.contains { $0 === model } }
    }
  }

  static func mapped<Value>(
    _ body: () throws(ModelStoreError) -> Value
  ) throws(APIError) -> Value {
    do throws(ModelStoreError) {
      return try body()
    } catch {
      throw APIError(error)
    }
  }
}
