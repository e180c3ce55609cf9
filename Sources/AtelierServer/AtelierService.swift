public import APIKeys
import Classification
public import Counters
import Glibc
import Hummingbird
public import Jobs
public import Logging
import NIOCore
public import Records
public import ServiceLifecycle
import UnixSignals

/// The service: the HTTP API over a model, a store of predictions and the keys of its callers.
public struct AtelierService: Service {
  private let configuration: ServiceConfiguration
  private let applications: [ListeningService]
  private let pool: PredictionPool
  private let models: ServedModels
  private let readiness: Readiness
  private let store: any PredictionStore
  private let worker: JobWorker
  private let counter: RedisCounter?
  private let keys: KeyRing
  private let logger: Logger

  /// Puts the service together; nothing listens yet.
  ///
  /// - Parameters:
  ///   - configuration: How it behaves.
  ///   - models: The versions of the model. The service ends their loading when it ends.
  ///   - store: Where predictions are kept. The service closes it when it ends.
  ///   - jobs: Where jobs are asked for; they are done by this service too.
  ///   - counter: The counts that servers share; `nil` leaves them to the store.
  ///   - keys: The keys that are accepted.
  ///   - web: What the web interface lets people in with.
  ///   - logger: Where its log lines go.
  ///   - onListening: Told the ports of the API and of the web interface once requests are accepted.
  public init(
    configuration: ServiceConfiguration, models: ServedModels, store: any PredictionStore,
    jobs: JobBoard, counter: RedisCounter? = nil, keys: KeyRing,
    web: WebAccess = WebAccess(), logger: Logger,
    onListening: @escaping @Sendable (_ api: Int, _ web: Int?) async -> Void = { _, _ in }
  ) {
    self.configuration = configuration
    self.store = store
    self.models = models
    self.logger = logger
    let components = ServiceComponents(
      configuration: configuration, models: models, store: store, jobs: jobs, counter: counter,
      keys: keys, web: web, logger: logger)
    worker = JobWorker(
      board: jobs, handlers: components.jobHandlers, configuration: configuration.jobs,
      logger: logger)
    self.counter = counter
    self.keys = keys
    pool = components.pool
    readiness = components.readiness
    applications = Self.applications(components, onListening: onListening)
  }

  private static func applications(
    _ components: ServiceComponents,
    onListening: @escaping @Sendable (_ api: Int, _ web: Int?) async -> Void
  ) -> [ListeningService] {
    let (configuration, ports) = (components.configuration, components.ports)
    let api = components.application { port in
      let both = ports.note(api: port)
      if configuration.webPort == nil { await onListening(port, nil) }
      if let both { await onListening(both.api, both.web) }
    }
    var services = [
      ListeningService(
        application: api, host: configuration.host, port: configuration.port, option: "--port")
    ]
    if let webPort = configuration.webPort {
      let web = components.webApplication(port: webPort) { port in
        if let both = ports.note(web: port) { await onListening(both.api, both.web) }
      }
      services.append(
        ListeningService(
          application: web, host: configuration.host, port: webPort, option: "--ui-port"))
    }
    return services
  }

  /// Serves until the process is told to end by SIGTERM or SIGINT, then lets requests in flight end
  /// and closes the store.
  ///
  /// - Throws: ``ServiceError`` when the port cannot be had, or `RecordsError` when the store cannot
  ///   be closed.
  public func run() async throws {
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
      .init(service: ExpiryService(pool: pool)),
      .init(service: ModelWatch(models: models, logger: logger)),
    ]
    services += applications.map { .init(service: $0) }
    services.append(.init(service: JobsService(worker: worker)))
    services.append(
      // Services are told to stop in reverse order, each after the one before it has.
      .init(
        service: DrainService(readiness: readiness, delay: configuration.drainDelay),
        successTerminationBehavior: .ignore))
    if let interval = keys.refreshInterval {
      services.insert(
        .init(service: KeyWatch(keys: keys, interval: interval, logger: logger)), at: 0)
    }
    if let counter { services.insert(.init(service: PublishingService(counter: counter)), at: 0) }
    var group = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = configuration.drainDelay + configuration.drainTimeout
    try await withCleanUp {
      try await ServiceGroup(configuration: group).run()
    } cleanUp: {
      await pool.shutDown()
      await models.shutDown()
      try await store.close()
    }
  }
}

/// One of the service's ports.
private struct ListeningService: Service {
  let application: ServiceApplication
  let host: String
  let port: Int
  /// What chooses another port.
  let option: String

  func run() async throws {
    do {
      try await application.run()
    } catch let error as IOError {
      throw ServiceError.cannotListen(
        host: host, port: port, option: option,
        reason: String(cString: strerror(error.errnoCode)))
    }
  }
}

/// Says first of all that the service is stopping.
private struct DrainService: Service {
  let readiness: Readiness
  let delay: Duration

  func run() async throws {
    try await gracefulShutdown()
    readiness.drain()
    try await Task.sleep(for: delay)
  }
}
