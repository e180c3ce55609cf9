import Classification
public import ModelStore
import NIOPosix
public import Pipeline
import Synchronization

/// The model that is served, which is exchanged while requests run, the one that a share of them tries,
/// and others that are asked for by name.
///
/// A request keeps the model it began with; a model's engines go when its last request has ended.
public final class ServedModels: Sendable {
  struct State {
    var current: ServedModel
    var canary: ServedModel?
    /// Others that were asked for, the one asked for last at the end.
    var others: [ServedModel] = []
    /// Loading that others may wait for too.
    var loads: [String: Task<ServedModel, any Error>] = [:]
    /// Requests that named no version.
    var requestCount = 0
  }

  /// Models beside the served one and the canary that stay loaded.
  static let otherLimit = 2
  /// Models that are loaded at once, or wait to be.
  private static let loadLimit = 4

  let store: ModelStore?
  /// The canary that was asked for.
  public let canary: Canary?
  /// Whether the version was chosen when the service was started, so that promotions do not count.
  let isPinned: Bool
  let state: Mutex<State>
  /// What the poll found last, so that it is said once.
  let lastComplaint = Mutex<String?>(nil)
  private let loader: @Sendable (ModelVersion) -> LoadedModel
  /// Loads and changes come one after the other. They block, and may take seconds.
  private let thread = NIOThreadPool(numberOfThreads: 1)

  /// Serves a model that is loaded, and no other.
  public convenience init(_ model: LoadedModel) {
    self.init(model, store: nil) { LoadedModel(version: $0, engines: []) }
  }

  /// Serves a model that is loaded, and others of a store.
  ///
  /// - Parameters:
  ///   - model: The model to serve first.
  ///   - store: Where others are.
  ///   - canary: The version that a share of the requests tries, loaded, and the share.
  ///   - isPinned: Whether the model stays whatever is promoted.
  ///   - loader: Loads the engines of a version. It blocks, and is called off event loops.
  public init(
    _ model: LoadedModel, store: ModelStore?, canary: (model: LoadedModel, share: Canary)? = nil,
    isPinned: Bool = false, loader: @escaping @Sendable (ModelVersion) -> LoadedModel
  ) {
    self.store = store
    self.canary = canary?.share
    self.isPinned = isPinned
    self.loader = loader
    state = Mutex(
      State(current: ServedModel(model), canary: (canary?.model).map { ServedModel($0) }))
    thread.start()
  }

  /// Loads the version that is served, and the canary if there is one.
  ///
  /// - Parameters:
  ///   - store: Where the versions are.
  ///   - name: The version to serve whatever is promoted; `nil` for the promoted one.
  ///   - canary: The version that a share of the requests tries.
  ///   - loader: Loads the engines of a version.
  /// - Throws: `ModelStoreError` when a version is missing or damaged, or ``SettingsError`` when the
  ///   canary cannot be served.
  public convenience init(
    store: ModelStore, version name: String?, canary: Canary?,
    loader: @escaping @Sendable (ModelVersion) -> LoadedModel
  ) throws {
    let version = if let name { try store.version(named: name) } else { try store.current() }
    var tried: (LoadedModel, Canary)?
    if let canary {
      let version = try store.version(named: canary.version)
      try version.verify()
      let model = loader(version)
      if let obstacle = ServedModel(model).obstacle {
        throw SettingsError.unusable(
          .canary, value: canary.version,
          reason: "must be a version that can be served (this one fails: \(obstacle))")
      }
      tried = (model, canary)
    }
    self.init(
      loader(version), store: store, canary: tried, isPinned: name != nil, loader: loader)
  }

  /// The model that is served.
  var current: ServedModel { state.withLock(\.current) }

  /// The model that answers a request: the version it names; else the served one, or the canary when it
  /// is its turn.
  ///
  /// - Throws: ``APIError`` when there is no such version, it is damaged, or too many are being loaded.
  func model(_ name: String?) async throws(APIError) -> ServedModel {
    guard let name else { return next() }
    if let model = loaded(name) { return model }
    do {
      return try await load(name).value
    } catch let error as APIError {
      throw error
    } catch {
      throw .internalError
    }
  }

  /// The versions that answer requests which name none, and as what.
  var roles: [(version: String, role: String)] {
    let (current, tried) = state.withLock { ($0.current, $0.canary) }
    guard let tried, tried.name != current.name else { return [(current.name, "current")] }
    return [(current.name, "current"), (tried.name, "canary")]
  }

  /// Whether a version is loaded.
  func isLoaded(_ name: String) -> Bool {
    state.withLock { state in
      ([state.current] + state.others).contains { $0.name == name } || state.canary?.name == name
    }
  }

  private func next() -> ServedModel {
    state.withLock { state in
      guard let model = state.canary, let canary, model.name != state.current.name else {
        return state.current
      }
      defer { state.requestCount &+= 1 }
      return canary.answers(request: state.requestCount) ? model : state.current
    }
  }

  /// The model of a version that is loaded, which from then on is the last one to go.
  func loaded(_ name: String) -> ServedModel? {
    state.withLock { state in
      if state.current.name == name { return state.current }
      if let canary = state.canary, canary.name == name { return canary }
      guard let index = state.others.firstIndex(where: { $0.name == name }) else { return nil }
      let model = state.others.remove(at: index)
      state.others.append(model)
      return model
    }
  }

  /// Loads a version, once for all who ask for it meanwhile.
  private func load(_ name: String) throws(APIError) -> Task<ServedModel, any Error> {
    let task: Task<ServedModel, any Error>? = state.withLock { state in
      if let task = state.loads[name] { return task }
      guard state.loads.count < Self.loadLimit else { return nil }
      let task = Task { [self] in
        defer { self.state.withLock { $0.loads[name] = nil } }
        return try await inTurn { () throws(APIError) in
          // A promotion may have had it loaded meanwhile.
          if let model = self.loaded(name) { return model }
          let model = try self.loadAsked(name)
          self.keep(model)
          return model
        }
      }
      state.loads[name] = task
      return task
    }
    guard let task else {
      throw .unavailable(
        .overloaded, "other model versions are being loaded already; try again", retryAfter: 5)
    }
    return task
  }

  private func loadAsked(_ name: String) throws(APIError) -> ServedModel {
    guard let store else { throw .unknownVersion }
    do throws(ModelStoreError) {
      return load(try store.version(named: name))
    } catch .versionNotFound {
      throw .unknownVersion
    } catch {
      throw .invalidParameter(APIError(error).message)
    }
  }

  private func keep(_ model: ServedModel) {
    // Out of the lock: the last reference to engines takes a while to go.
    let gone: [ServedModel] = state.withLock { state in
      state.others.removeAll { $0.name == model.name }
      state.others.append(model)
      let excess = max(0, state.others.count - Self.otherLimit)
      defer { state.others.removeFirst(excess) }
      return Array(state.others.prefix(excess))
    }
    withExtendedLifetime(gone) {}
  }

  /// Loads a version, on the thread for that.
  func load(_ version: ModelVersion) -> ServedModel { ServedModel(loader(version)) }

  /// Does something that blocks, after what others asked for.
  func inTurn<Value: Sendable>(
    _ body: @escaping @Sendable () throws(APIError) -> Value
  ) async throws(APIError) -> Value {
    do {
      return try await thread.runIfActive(body)
    } catch let error as APIError {
      throw error
    } catch {
      throw .unavailable(.overloaded, "the service is stopping; try again", retryAfter: 5)
    }
  }

  /// Ends the thread that loads.
  func shutDown() async {
    try? await thread.shutdownGracefully()
  }
}

extension APIError {
  static let unknownVersion = invalidParameter("there is no model version of that name")
}
