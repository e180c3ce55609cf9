public import APIKeys
import Classification
public import Counters
import Glibc
import Hummingbird
public import Jobs
public import Logging
import NIOCore
public import OpenTelemetry
public import Records
public import ServiceLifecycle
import UnixSignals

/// The service: the HTTP API over a model, a store of predictions and the keys of its callers.
public struct AtelierService: Service {
  private let configuration: ServiceConfiguration
  private let applications: [ListeningService]
  private let rpc: RPCService?
  private let exporter: SpanExporter?
  private let pool: PredictionPool
  private let models: ServedModels
  private let readiness: Readiness
  private let store: any PredictionStore
  private let worker: JobWorker
  private let counter: RedisCounter?
  private let limits: SharedBuckets?
  private let keys: KeyRing
  private let logger: Logger

  /// Puts the service together; nothing listens yet.
  ///
  /// - Parameters:
  ///   - configuration: How it behaves.
  ///   - models: The versions of the model. The service ends their loading when it ends.
  ///   - store: Where predictions are kept. The service closes it when it ends.
  ///   - jobs: Where jobs are asked for; they are done by this service too if the configuration says so.
  ///   - counter: The counts that servers share; `nil` leaves them to the store.
  ///   - limits: What the rates of keys are counted in together with other servers; `nil` when this one
  ///     is alone.
  ///   - keys: The keys that are accepted.
  ///   - web: What the web interface lets people in with.
  ///   - exporter: Where spans of requests go; `nil` when nobody wants them. The service runs it.
  ///   - logger: Where its log lines go.
  ///   - onListening: Told the ports once requests are accepted.
  public init(
    configuration: ServiceConfiguration, models: ServedModels, store: any PredictionStore,
    jobs: JobBoard, counter: RedisCounter? = nil, limits: SharedBuckets? = nil, keys: KeyRing,
    web: WebAccess = WebAccess(), exporter: SpanExporter? = nil, logger: Logger,
    onListening: @escaping @Sendable (ServicePorts) async -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.store = store
    self.models = models
    self.logger = logger
    let components = ServiceComponents(
      configuration: configuration, models: models, store: store, jobs: jobs, counter: counter,
      limits: limits, keys: keys, web: web, tracing: exporter.map { .exporting(to: $0) },
      logger: logger)
    self.exporter = exporter
    worker = JobWorker(
      board: jobs, handlers: components.jobHandlers, configuration: configuration.jobs,
      logger: logger, observer: components.jobMetrics.count)
    self.counter = counter
    self.limits = limits
    self.keys = keys
    pool = components.pool
    readiness = components.readiness
    let expected = ListeningPorts.Listener.all(of: configuration)
    let announce: @Sendable (Int, ListeningPorts.Listener) async -> Void = { port, listener in
      let all = components.ports.note(port, of: listener, among: expected)
      if let all { await onListening(all) }
    }
    applications = Self.applications(components, announce)
    rpc = configuration.grpcPort.map { port in
      RPCService(
        backend: components.rpcBackend, configuration: configuration, port: port
      ) { await announce($0, .grpc) }
    }
  }

  private static func applications(
    _ components: ServiceComponents,
    _ announce: @escaping @Sendable (Int, ListeningPorts.Listener) async -> Void
  ) -> [ListeningService] {
    let configuration = components.configuration
    let api = components.application { port in await announce(port, .api) }
    var services = [
      ListeningService(
        application: api, host: configuration.host, port: configuration.port, option: "--port")
    ]
    if let webPort = configuration.webPort {
      let web = components.webApplication(port: webPort) { port in await announce(port, .web) }
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
      .init(ExpiryService(pool: pool)),
      .init(ModelWatch(models: models, logger: logger)),
    ]
    services += applications.map { .init($0) }
    if let rpc { services.append(.init(rpc)) }
    if configuration.worksOffJobs { services.append(.init(JobsService(worker: worker))) }
    services.append(
      // Services are told to stop in reverse order, each after the one before it has.
      .init(
        DrainService(readiness: readiness, delay: configuration.drainDelay),
        successTerminationBehavior: .ignore))
    if let interval = keys.refreshInterval {
      services.insert(
        .init(KeyWatch(keys: keys, interval: interval, logger: logger)), at: 0)
    }
    if let counter { services.insert(.init(PublishingService(counter: counter)), at: 0) }
    if let limits { services.insert(.init(LimitsService(limits: limits)), at: 0) }
    // The last to stop, so that it sends the spans of the last requests.
    if let exporter { services.insert(.init(ExportingService(exporter: exporter)), at: 0) }
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
    } catch is SocketAddressError.UnknownHost {
      throw ServiceError.cannotListen(
        host: host, port: port, option: option, reason: "there is no host of that name")
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
