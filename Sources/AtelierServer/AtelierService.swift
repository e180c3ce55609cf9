public import APIKeys
import Classification
import Hummingbird
public import Logging
import NIOCore
public import Pipeline
public import Records
public import ServiceLifecycle
import UnixSignals

/// The service: the HTTP API over a model, a store of predictions and the keys of its callers.
public struct AtelierService: Service {
  private let configuration: ServiceConfiguration
  private let application: ServiceApplication
  private let pool: PredictionPool
  private let store: any PredictionStore
  private let logger: Logger

  /// Puts the service together; nothing listens yet.
  ///
  /// - Parameters:
  ///   - configuration: How it behaves.
  ///   - model: The version of the model to serve, loaded.
  ///   - store: Where predictions are kept. The service closes it when it ends.
  ///   - keys: The keys that are accepted.
  ///   - logger: Where its log lines go.
  ///   - onListening: Told the port once requests are accepted.
  public init(
    configuration: ServiceConfiguration, model: LoadedModel, store: any PredictionStore,
    keys: KeyRing, logger: Logger, onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.store = store
    self.logger = logger
    let components = ServiceComponents(
      configuration: configuration, model: model, store: store, keys: keys, logger: logger)
    pool = components.pool
    application = components.application(onListening: onListening)
  }

  /// Serves until the process is told to end by SIGTERM or SIGINT, then lets requests in flight end
  /// and closes the store.
  ///
  /// - Throws: When the port cannot be had.
  public func run() async throws {
    var group = ServiceGroupConfiguration(
      services: [
        .init(service: ExpiryService(pool: pool)), .init(service: application),
      ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = configuration.drainTimeout
    let result: Result<Void, any Error>
    do {
      try await ServiceGroup(configuration: group).run()
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await pool.shutDown()
    try await store.close()
    try result.get()
  }
}

/// Gives up work that took too long.
private struct ExpiryService: Service {
  let pool: PredictionPool

  func run() async throws {
    try await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try await Task.sleep(for: .milliseconds(250))
        pool.expire()
      }
    }
  }
}
